"""Journeys as pictures: where everything stands (`layout`), and the SVG of it (`svg`). Pure."""
