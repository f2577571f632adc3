"""Escalera: keeps a shop's customers by thanking, noticing silence and hearing complaints."""

__version__ = "0.1.0"
