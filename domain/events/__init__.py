"""Events: who gets a seat, tickets, calendar files, and how an event is described."""
