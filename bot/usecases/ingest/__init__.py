"""From a feed that is due to deliveries in the outbox: `pipeline` draws the way."""
