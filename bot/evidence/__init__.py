"""What proves the record to others: the key that signs, the heads that are published, and the bundle for an inspector."""
