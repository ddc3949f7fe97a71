"""The connection to the Bot API (https://core.telegram.org/bots/api): receiving updates and sending messages."""
