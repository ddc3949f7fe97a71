"""What is told and when: composing, digests, budgets, pacing. Pure."""
