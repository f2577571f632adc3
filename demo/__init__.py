"""A real shop's year of orders, cut small, as the events that shop would have sent."""

from demo.history import Event, Window, load_history, window

__all__ = ["Event", "Window", "load_history", "window"]
