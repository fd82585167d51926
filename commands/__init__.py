"""What people can ask for: one file a command, forms and replies in one neutral vocabulary."""
