"""What Escalera costs, measured: `make bench` prints it and writes it beside this file."""
