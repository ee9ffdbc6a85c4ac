"""Inviting organisations: a list in, personal links out, and who has answered."""
