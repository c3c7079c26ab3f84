"""Reading a table strictly: every value checked, every fault with its place, none the last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import Any

from simulation.errors import Fault
from simulation.scenario.suggest import did_you_mean, listed, number_text, shown
from simulation.scenario.tree import Node, plain

_MANY = 14


@dataclass
class Reader:
    """Takes values out of a table and notes what is wrong with them.

    Attributes:
        node: the table.
        path: where it stands, such as ``design``; empty for the whole document.
        faults: gets every fault.
    """

    node: Node
    path: str
    faults: list[Fault] = field(default_factory=list)

    def below(self, name: str) -> Reader:
        """Return a reader of a table in this one; an empty one where there is none."""
        node = self._get(name)
        if node is not None and not isinstance(node.value, dict):
            self.fault(name, f"must be a table. Got {shown(plain(node))}.",
                       f"Write [{self._key(name)}] and its keys below.")  # fmt: skip
            node = None
        return Reader(node or Node({}, self.node.place), self._key(name), self.faults)

    def only(self, allowed: Iterable[str], elsewhere: Mapping[str, str] | None = None) -> None:
        """Note keys that do not belong here; ``elsewhere`` has a hint for some of them."""
        known = list(allowed)
        for name in self.node.value:
            if name not in known:
                hint = (elsewhere or {}).get(name) or did_you_mean(name, known)
                if hint is None and len(known) <= _MANY:
                    hint = f"Allowed here: {', '.join(known)}."
                self.fault(name, "is not a key of an experiment.", hint)

    def has(self, name: str) -> bool:
        """Whether the table has a key."""
        return name in self.node.value

    def text(self, name: str, *, needed: str | None = None) -> str:
        """Return a text, or "" where there is none; ``needed`` is what to write then."""
        node = self._get(name)
        if node is None:
            if needed is not None:
                self.fault(name, "is missing.", needed)
            return ""
        if not isinstance(node.value, str) or (needed is not None and not node.value.strip()):
            hint = f'Write "{shown(plain(node))}".' if not isinstance(node.value, str) else needed
            self.fault(name, f"must be text in quotes. Got {shown(plain(node))}.", hint)
            return ""
        return node.value

    def whole(self, name: str, *, low: int, high: int | None = None) -> int | None:
        """Return a whole number, or None where there is none."""
        node = self._get(name)
        if node is None:
            return None
        value = node.value
        if not isinstance(value, int) or isinstance(value, bool):
            hint = f"Write {int(value)}." if _is_whole(value) else None
            self.fault(name, f"must be a whole number. Got {shown(plain(node))}.", hint)
            return None
        return int(value) if self._within(name, value, low, high) else None

    def number(self, name: str, *, low: float | None = None, above: bool = False) -> float | None:
        """Return a number, or None where there is none; ``above`` excludes ``low`` itself."""
        node = self._get(name)
        if node is None:
            return None
        if not is_number(node.value):
            self.fault(name, f"must be a number. Got {shown(plain(node))}.")
            return None
        if low is not None and (node.value < low or (above and node.value == low)):
            rule = "more than" if above else "at least"
            self.fault(name, f"must be {rule} {number_text(low)}. Got {shown(node.value)}.")
            return None
        return float(node.value)

    def flag(self, name: str) -> bool:
        """Return a switch, false where there is none."""
        node = self._get(name)
        if node is None or isinstance(node.value, bool):
            return node is not None and node.value
        self.fault(name, f"must be true or false. Got {shown(plain(node))}.")
        return False

    def word[W: StrEnum](self, name: str, words: type[W], default: W | None) -> W | None:
        """Return one of some words; the default where there is none, if there is a default."""
        node = self._get(name)
        known = [word.value for word in words]
        if node is None:
            if default is None:
                self.fault(name, "is missing.", f"It is one of {', '.join(known)}.")
            return default
        if node.value in known:
            return words(node.value)
        hint = did_you_mean(node.value, known) if isinstance(node.value, str) else None
        self.fault(name, f"must be one of {', '.join(known)}. Got {shown(plain(node))}.", hint)
        return default

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, empty where there is none."""
        items = self.items(name, 'a list of texts, such as ["a", "b"]')
        wrong = [item for item in items if not isinstance(item.value, str)]
        for item in wrong:
            self.fault(name, f"must be a list of texts. Got {shown(plain(item))}.", at=item)
        return () if wrong else tuple(item.value for item in items)

    def items(self, name: str, what: str) -> list[Node]:
        """Return the nodes of a list, empty where there is none."""
        node = self._get(name)
        if node is None:
            return []
        if not isinstance(node.value, list):
            self.fault(name, f"must be {what}. Got {shown(plain(node))}.")
            return []
        return node.value

    def fault(
        self, name: str, message: str, hint: str | None = None, *, at: Node | None = None
    ) -> None:
        """Note a fault of a key, at its place or that of its table."""
        node = at or self._get(name) or self.node
        key = self._key(name) if name else self.path
        self.faults.append(node.place.fault(message, key=key or None, hint=hint))

    def _within(self, name: str, value: int, low: int, high: int | None) -> bool:
        if value < low or (high is not None and value > high):
            rule = f"at least {low}" if high is None else f"between {low} and {high}"
            self.fault(name, f"must be {rule}. Got {value}.")
            return False
        return True

    def _get(self, name: str) -> Node | None:
        child: Node | None = self.node.value.get(name) if name else None
        return child

    def _key(self, name: str) -> str:
        shown_name = f'"{name}"' if "." in name else name
        return f"{self.path}.{shown_name}" if self.path else shown_name


def is_number(value: Any) -> bool:
    """Whether a value is a finite number, and no switch."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()


__all__ = ["Reader", "is_number", "listed"]
