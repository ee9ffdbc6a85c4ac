"""A form as a paper: all its questions, or one response's answers, as PDF."""
