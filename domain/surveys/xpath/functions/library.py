"""Loads every module of functions, which fills the registry."""

from domain.surveys.xpath.functions import (
    choices,
    context,
    geography,
    logic,
    mathematics,
    nodesets,
    texts,
    time,
    various,
)
from domain.surveys.xpath.functions.registry import FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "choices",
    "context",
    "geography",
    "logic",
    "mathematics",
    "nodesets",
    "texts",
    "time",
    "various",
]
