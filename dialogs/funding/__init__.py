"""Funding in the chat: answers, articles, and a person when the assistant does not know."""
