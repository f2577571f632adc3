"""The roles Escalera needs filled; adapters fill them. One file per role."""
