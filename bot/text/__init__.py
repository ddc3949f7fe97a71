"""Plain text and addresses: language, tokens, sentences, boilerplate, urls, the wording of messages. Pure."""
