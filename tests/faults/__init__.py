"""What goes wrong for real: processes killed, a platform that is down or answers nonsense, clocks that jump."""
