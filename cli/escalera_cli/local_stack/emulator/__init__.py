"""The program that serves the local stack: MiniStack with what Escalera needs mended.

It runs under an interpreter of its own (MiniStack pins botocore) as `python -m emulator`, imports nothing
of Escalera, and is spoken to over HTTP and by the files it leaves in its state folder.
"""

MINISTACK_VERSION = "1.5.33"
