"""The Teams side: whole activities posted to the program, and the calls that Teams gets from it."""
