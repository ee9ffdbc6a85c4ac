"""What is kept about a person: shown, sent to them, and erased."""
