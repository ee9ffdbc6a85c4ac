"""`python -m bot` is `lanka`."""

from bot.collector import importing

with importing():
    from bot.cli import main

if __name__ == "__main__":
    main()
