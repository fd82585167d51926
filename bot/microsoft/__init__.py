"""What Teams and calendars share of Microsoft's cloud: where it is, and how the program proves there who it is."""
