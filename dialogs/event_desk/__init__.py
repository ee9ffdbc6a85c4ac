"""The organiser's desk: events made, changed and attended to in the chat."""
