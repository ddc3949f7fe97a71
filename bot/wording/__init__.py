"""Every sentence for people, in their language: alerts, digests, notices, amounts, hours. Pure."""
