"""To and from the Bot API: the client, how updates come in, how messages go out."""
