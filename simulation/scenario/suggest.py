"""What a person may have meant, and how a value is shown back to them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import count
from typing import Any

_CLOSE, _CLOSE_IF_SHORT = 0.7, 0.8
_LONGEST_SHOWN = 60
_LONGEST_GUESSED = 60


def near(word: str, words: Iterable[str]) -> str | None:
    """Return the one of ``words`` that ``word`` most likely stands for, or None if none is near.

    Spelling with hyphens, blanks or capitals counts as equal; then come near misses, then the
    only one that begins so or has it as a part (``align``, ``forum`` for ``community_forum``).
    """
    candidates = list(words)
    plain_word = slug(word[:_LONGEST_GUESSED])
    close = _CLOSE if len(plain_word) > 4 else _CLOSE_IF_SHORT
    matcher = SequenceMatcher(None, b=plain_word)
    scored = [(_likeness(plain_word, slug(other), matcher, close), other) for other in candidates]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if best[0] >= close:
        return best[1]
    if len(plain_word) < 3:
        return None
    within = [other for other in candidates if _within(plain_word, slug(other))]
    return within[0] if len(within) == 1 else None


def _likeness(word: str, other: str, matcher: SequenceMatcher[str], close: float) -> float:
    """Return how alike two words are, 0 to 1; one slip of the fingers leaves them alike.

    Below ``close`` it may be anything: most words differ in the letters they do not share.
    """
    letters, others = _letters(word), _letters(other)
    alone, others_alone = (letters & ~others).bit_count(), (others & ~letters).bit_count()
    shared = min(len(word) - alone, len(other) - others_alone)
    may_slip = max(alone, others_alone) < 2 and min(len(word), len(other) - 1) > 1
    slip = may_slip and (sorted(word) == sorted(other) or _is_one_edit(word, other))
    if not slip and 2 * shared < close * (len(word) + len(other)):
        return 0.0
    matcher.set_seq1(other)
    ratio = matcher.ratio()
    return 0.9 + 0.1 * ratio if slip else min(ratio, 0.9)


@lru_cache(4096)
def _letters(word: str) -> int:
    """Return the set of a word's letters as bits."""
    return sum(1 << ord(letter) - ord("0") for letter in set(word))


def _is_one_edit(word: str, other: str) -> bool:
    """Return whether a letter left out, put in or exchanged makes one of the other."""
    short, long = sorted((word, other), key=len)
    if len(long) - len(short) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b),
                len(short))  # fmt: skip
    return long[same + 1 :] == short[same + (len(long) == len(short)) :]


def _within(word: str, other: str) -> bool:
    """Return whether one begins with the other, or is one of the words it is made of."""
    return other.startswith(word) or word.startswith(other) or word in other.split("_")


@lru_cache(4096)
def slug(text: str) -> str:
    """Return a text as a name: small letters, digits and underscores, a letter first."""
    name = re.sub(r"[^a-z0-9]+", "_", text.strip().lower()).strip("_")
    return re.sub(r"^[^a-z]+", "", name)[:40]


def file_name(text: str) -> str:
    """Return a text as the name of a file on any system: no separators, no leading dot."""
    name = re.sub(r"[^\w.+-]+", "_", text, flags=re.ASCII).lstrip(".-")
    return name[:80] or "result"


def file_names(texts: Iterable[str]) -> dict[str, str]:
    """Return the name of a file for each text, no two of them alike on any system."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for text in dict.fromkeys(texts):
        name = file_name(text)
        free = (name if n == 1 else f"{name}-{n}" for n in count(1))
        names[text] = next(one for one in free if one.lower() not in taken)
        taken.add(names[text].lower())
    return names


def did_you_mean(word: str, words: Iterable[str]) -> str | None:
    """Return ``Did you mean "…"?`` or None if nothing is near."""
    guess = near(word, words)
    return f'Did you mean "{guess}"?' if guess else None


def shown(value: Any) -> str:
    """Return a value as one would write it in TOML, cut if it is long."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, dict):
        text = "a table" if value else "an empty table"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(shown(item) for item in value) + "]"
    elif value is None:
        text = "nothing"
    else:
        text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def number_text(number: float) -> str:
    """Return a number in full: 2000000 rather than 2e+06, 1 rather than 1.0."""
    if float(number).is_integer() and abs(number) < 2**63:
        return str(int(number))
    return f"{number:.15g}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as a list in a sentence: ``a, b and c``."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
