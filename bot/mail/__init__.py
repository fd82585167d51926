"""E-mail: what is sent by it, and how it gets to the authority's mail server."""
