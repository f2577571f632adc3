"""What the shop decided, out of the programme's layer."""

from escalera.adapters.programme.layer import load_goals, load_graphs, load_programme, load_rules

__all__ = ["load_goals", "load_graphs", "load_programme", "load_rules"]
