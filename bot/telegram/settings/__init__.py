"""What a chat can choose: its questions, buttons and what a choice changes."""
