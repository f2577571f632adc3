"""The mailbox of the local stack: every mail and text as its reader would see it, in a browser."""

from escalera_cli.mailbox.site import Mailbox

__all__ = ["Mailbox"]
