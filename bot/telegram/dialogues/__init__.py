"""What can be talked about with the bot: a module a subject. What they say is in `pages`, what they do in the verbs."""
