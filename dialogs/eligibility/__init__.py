"""“Am I eligible?”: a few questions, then a verdict on every instrument, with reasons."""
