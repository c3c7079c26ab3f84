"""What can go wrong, and how it is reported.

    CocreateError
    ├── InputError             the user's input is wrong          (exit code 2)
    │   ├── ScenarioError      a scenario file or override
    │   ├── ExperimentError    an experiment file
    │   └── ResultError        a result folder that is not one, or is damaged
    └── RunFailedError         a run raised or lost its worker    (exit code 1)

Every error carries its faults as data, so that the command line can print them for people
and ``--json`` can print them for programs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One fault: its place, the rule it violates, and the remedy."""

    message: str
    file: Path | None = None
    line: int | None = None
    column: int | None = None
    key: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        where = ": ".join(part for part in (place, self.key) if part)
        link = "" if not where else " " if self.key else ": "
        text = f"{where}{link}{self.message}"
        return f"{text} {self.hint}" if self.hint else text


def in_order(faults: list[Fault]) -> list[Fault]:
    """Return faults once each, by line within each file, files as they first came up."""
    files = list(dict.fromkeys(fault.file for fault in faults))
    unique = list(dict.fromkeys(faults))
    return sorted(unique, key=lambda f: (files.index(f.file), f.line or 0, f.column or 0))


class CocreateError(Exception):
    """Base of all errors that the package raises on purpose."""


class InputError(CocreateError):
    """The input is wrong; nothing was run and nothing written. Each fault is said once."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__("\n".join(map(str, self.faults)))


class FaultList(list[Fault]):
    """What is wrong with an input so far, so that all of it can be said at once.

    faults = FaultList()
    base = faults.attempt(load_scenario, name)
    faults.attempt(check_model, model)
    base = faults.accepted(base)
    """

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        super().__init__(faults)
        self._kinds: set[type[InputError]] = {InputError} if self else set()
        self._attempted = len(self)

    def attempt[**P, T](self, make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return what a function returns; None, after noting why, where its input is wrong."""
        try:
            return make(*args, **kwargs)
        except InputError as error:
            self += error.faults
            self._kinds.add(type(error))
            self._attempted += len(error.faults)
            return None

    def refuse(self, kind: type[InputError] | None = None) -> None:
        """Refuse an input with which anything is wrong.

        Raises:
            InputError: with all that was noted; of the class that is given, or else of that of the
                errors that were noted, where all are of one.
        """
        if not self:
            return
        alike = len(self._kinds) == 1 and self._attempted == len(self)
        raise (kind or (next(iter(self._kinds)) if alike else InputError))(self)

    def accepted[T](self, value: T | None) -> T:
        """Return what was attempted, once nothing is wrong with it or beside it.

        Raises:
            InputError: as ``refuse``.
            TypeError: there is no value, and nobody said why.
        """
        self.refuse()
        if value is None:
            raise TypeError("Nothing was noted of a value that is not there.")
        return value


def needs_package(
    package: str, extra: str, *, key: str | None = None, otherwise: str = ""
) -> InputError:
    """Return the error of a package that is absent.

    Args:
        package: its name, as it is installed.
        extra: the extra of ``cocreate`` that it comes with.
        key: what needs it.
        otherwise: what can be done without it.
    """
    hint = f'Install it: pip install "cocreate[{extra}]"'
    hint = f"{hint}, or {otherwise}" if otherwise else hint
    return InputError([Fault(f"needs the package {package}.", key=key, hint=hint)])


class ScenarioError(InputError):
    """A scenario file, an override or a timeline event cannot be accepted."""


class ExperimentError(InputError):
    """An experiment file cannot be accepted."""


class ResultError(InputError):
    """A result folder is missing something or was altered."""


class RunFailedError(CocreateError):
    """A run raised an exception or its worker process ended."""


_LONGEST = 60


def check_path(value: object, key: str) -> str:
    """Return a path or name as text.

    Raises:
        InputError: it is neither, or empty, or no path on any machine.
    """
    if not isinstance(value, str | os.PathLike):
        raise InputError([Fault(f"must be a path or a name. Got {brief(value)}.", key=key)])
    text = os.fspath(value)
    if not isinstance(text, str) or not text or "\0" in text:
        raise InputError([Fault(f"must be a path or a name. Got {brief(value)}.", key=key)])
    return text


def brief(value: object) -> str:
    """Return a value as Python would write it, cut if it is long."""
    text = repr(value) if isinstance(value, str | int | float | list | tuple | None) else ""
    text = text or f"an object of type {type(value).__name__}"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
