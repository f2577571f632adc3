"""What the shop decided, out of the programme's layer."""

from escalera.adapters.programme.layer import (
    brand_folder,
    load_goals,
    load_graphs,
    load_journey_names,
    load_programme,
    load_rules,
)

__all__ = ["brand_folder", "load_goals", "load_graphs", "load_journey_names", "load_programme", "load_rules"]
