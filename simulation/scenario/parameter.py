"""How one parameter is declared: default, unit, range, meaning and source in one place.

The checks, ``cocreate describe``, the JSON Schema and the table in ``docs/model.md`` are all read
from these declarations, so none of them can drift from the code.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

ASSUMPTION = "assumption"
"""The source of a number that nobody has published: a default to sweep, never a finding."""


class Section(BaseModel):
    """Base of all parts of a scenario: frozen, finite, and strict about unknown keys."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        allow_inf_nan=False,
        validate_default=True,
    )


def param(
    default: Any,
    meaning: str,
    *,
    unit: str = "",
    source: str = ASSUMPTION,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    sweep: tuple[float, float] | None = None,
    founding: bool = False,
    factory: Any = None,
) -> Any:
    """Declare a parameter.

    ``low`` and ``high`` are the closed bounds that the checks enforce, ``above`` an open lower one;
    ``sweep`` is the range worth exploring (default: the bounds). ``founding`` parameters shape the
    world when it is founded; a timeline event cannot change them.
    """
    extra: JsonDict = {"unit": unit, "source": source}
    if sweep is not None:
        extra["sweep"] = list(sweep)
    if founding:
        extra["founding"] = True
    if factory is not None:
        return Field(
            default_factory=factory,
            description=meaning,
            json_schema_extra=extra,
            ge=low,
            le=high,
            gt=above,
        )
    return Field(default, description=meaning, json_schema_extra=extra, ge=low, le=high, gt=above)
