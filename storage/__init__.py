"""Tables, queries, outbox and audit."""
