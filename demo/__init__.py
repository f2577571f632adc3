"""A real shop's year of orders, cut small, as the events that shop would have sent."""

from demo.events import Event
from demo.history import Window, load_history, window

__all__ = ["Event", "Window", "load_history", "window"]
