"""Plain text and addresses: character sets, cleaning, language, words, sentences, boilerplate, URLs. Pure: no I/O."""
