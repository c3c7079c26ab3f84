"""Data as JSON can hold it."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any


def plain(value: Any, *, spell_infinity: bool = False) -> Any:
    """Return data without numbers of other libraries, and without what JSON has no number for.

    Args:
        value: mappings, lists, tuples, words and numbers.
        spell_infinity: write ``inf`` as a word, which a scenario reads again, instead of None.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item, spell_infinity=spell_infinity)
                for key, item in value.items()}  # fmt: skip
    if isinstance(value, list | tuple):
        return [plain(item, spell_infinity=spell_infinity) for item in value]
    if hasattr(value, "item"):
        return plain(value.item(), spell_infinity=spell_infinity)
    if isinstance(value, float) and not isfinite(value):
        return str(value) if spell_infinity else None
    return value
