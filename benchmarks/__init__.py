"""What the program must reach, measured. `make bench` runs everything; each file states its method."""
