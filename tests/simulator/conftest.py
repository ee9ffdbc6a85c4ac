"""Makes the clients of this room fixtures of its tests."""

from tests.simulator.clients import aio, api, hand, ptb

__all__ = ["aio", "api", "hand", "ptb"]
