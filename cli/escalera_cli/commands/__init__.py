"""One module per command of `escalera`; `main` lists them."""
