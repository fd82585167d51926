"""What the program says to Microsoft's services."""
