"""Events in the chat, and the papers that they need."""
