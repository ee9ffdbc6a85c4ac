"""`python -m bot` is `lanka`."""

from bot.cli import main

main()
