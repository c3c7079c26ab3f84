"""The file of a comparison's result that says what was compared and how it is judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulation.analysis.compare import Looks
from simulation.analysis.comparison_question import WHOLE, ComparisonQuestion, key_of, text_of
from simulation.analysis.sequential import Tolerance
from simulation.errors import Fault, ResultError
from simulation.studies.decider import CUSTOMERS, EVERYONE, decider_in

DEFINITION = "comparison.json"


def read_definition(folder: Path) -> dict[str, Any]:
    """Return what a folder's comparison compared and how.

    Raises:
        ResultError: the folder holds no comparison, or it cannot be read.
    """
    path = folder / DEFINITION
    try:
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        question_of(read)
    except (FileNotFoundError, NotADirectoryError):
        hint = "Give the folder that `cocreate compare` wrote."
        raise ResultError([Fault("is not a comparison.", file=folder, hint=hint)]) from None
    except (ValueError, KeyError, TypeError) as error:
        raise ResultError([Fault(f"cannot be read: {error}.", file=path)]) from None
    return read


def question_of(definition: Mapping[str, Any]) -> ComparisonQuestion:
    """Return the question that a definition holds."""
    margin, precision = (
        None if definition[name] is None else Tolerance.parse(definition[name], name)
        for name in ("margin", "precision")
    )
    return ComparisonQuestion(
        base=definition["base"]["name"],
        what_ifs=tuple(side["name"] for side in definition["what_ifs"]),
        outcomes=tuple(key_of(text) for text in definition["outcomes"]),
        margin=margin,
        precision=precision,
        looks=Looks(definition["looks"]),
        confidence=float(definition["confidence"]),
    )


def usual_outcomes(whose: str) -> tuple[str, ...]:
    """Return the outcomes by which is judged for somebody where none are asked for."""
    return (text_of(WHOLE) if whose in {EVERYONE, CUSTOMERS} else f"surplus:{whose}",)


def judged_for(definition: Mapping[str, Any], whose: str) -> dict[str, Any]:
    """Return the definition of a comparison that has been run, judged for somebody else.

    Outcomes that were asked for stay. Others were recorded and compared anyway, so that no table
    has to be made again.

    Raises:
        InputError: there is no such actor in the scenario.
    """
    name = decider_in(whose, definition["base"]["scenario"])
    before = str(definition.get("for_whom") or EVERYONE)
    asked = tuple(definition["outcomes"])
    outcomes = usual_outcomes(name) if asked == usual_outcomes(before) else asked
    return {**definition, "for_whom": name, "outcomes": list(outcomes)}
