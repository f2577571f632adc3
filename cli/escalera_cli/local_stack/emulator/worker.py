"""Starts one handler under AWS's own runtime client; runs in the worker's interpreter, not the emulator's."""

import os
import signal
import sys
import threading


def die_with_emulator(lifeline: str) -> None:
    """End this process when the emulator, which holds the pipe open for writing, is gone however it went."""
    with open(lifeline, "rb") as pipe:  # noqa: PTH123 (pathlib would cost import time in every cold start)
        pipe.read()
    os._exit(0)


def main() -> None:
    """Watch the emulator, then serve invocations until told to end."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})
    lifeline = os.environ.pop("ESCALERA_LOCAL_LIFELINE")
    threading.Thread(target=die_with_emulator, args=(lifeline,), daemon=True).start()
    sys.path.pop(0)  # this file's folder, which is no part of a Lambda's path
    from awslambdaric.__main__ import main as serve  # noqa: PLC0415 (only once the path is right)

    serve([sys.argv[0], sys.argv[1]])


if __name__ == "__main__":
    main()
