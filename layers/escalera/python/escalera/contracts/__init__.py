"""Versioned contracts: the events in and out, and the steps of a journey."""
