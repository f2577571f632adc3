"""One folder, one Lambda: each is shipped alone, with its folder as root."""
