"""From responses to figures: what is counted, of whom, and what may be shown."""
