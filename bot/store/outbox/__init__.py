"""What is owed to chats: the deliveries, which goes next, what they wait for."""
