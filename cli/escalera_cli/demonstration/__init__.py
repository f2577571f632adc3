"""`escalera demo` in its parts: the agenda of the days, what is heard meanwhile, and how it is told."""
