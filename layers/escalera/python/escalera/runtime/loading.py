"""What a first call loads stays as long as the process does: it is not searched for garbage, then or later."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_PLENTY = 200_000
"""More objects than any first call loads (a sending step: 108,000, of them 1,100 garbage), few enough for any memory."""


@contextmanager
def loading() -> Iterator[None]:
    """Within it, garbage is collected only once plenty of objects are made; what is alive at its end is kept for good.

    Modules, clients and models are tens of thousands of objects, made one after another and never let go. Python looks
    through them over and over while they grow: a tenth of what a first call costs, and found next to nothing.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_PLENTY, *usual[1:])
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*usual)
