"""The emulator ends promptly and takes its workers with it, however its end comes."""

import os
import shutil
import signal
import sys
import threading
from pathlib import Path

from ministack.core import lambda_runtime

SIGNALS = {signal.SIGTERM, signal.SIGINT}


def leave(discarded: Path) -> None:
    """Kill every worker, clear what was unpacked and end this process at once: no state is to be saved."""
    try:
        for workers in list(lambda_runtime._workers.values()):
            for worker in list(workers):
                if process := worker._proc:  # read once: an invocation may take it away meanwhile
                    process.kill()
        shutil.rmtree(discarded, ignore_errors=True)
    finally:
        os._exit(0)


def leave_on_signal_or_with_parent(discarded: Path) -> None:
    """Watch for signals and for the end of standard input, which closes when the starting process is gone.

    Must be called before any thread starts: every thread then has the signals blocked, and the one that
    waits for them gets them.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)

    def on_signal() -> None:
        signal.sigwait(SIGNALS)
        leave(discarded)

    def on_parent_gone() -> None:
        sys.stdin.buffer.read()
        leave(discarded)

    for watch in (on_signal, on_parent_gone):
        threading.Thread(target=watch, daemon=True).start()
