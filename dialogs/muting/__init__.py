"""What one is sent by itself: switched off and on again."""
