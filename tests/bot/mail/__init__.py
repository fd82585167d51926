"""E-mail: the letters, the conversation with the mail server, and that nothing is lost or doubled on the way."""
