"""What may be handed to the library: the same rules as on the command line, with typed errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Real
from pathlib import Path
from typing import Any

from simulation.errors import Fault, InputError, brief
from simulation.execution import check_workers
from simulation.scenario.scenario import Scenario


def check_run(scenario: object, workers: object, model: object) -> None:
    """Refuse what cannot be run, with everything that is wrong.

    Raises:
        InputError: the scenario is none, or workers or model are wrong.
    """
    faults = scenario_faults(scenario, "scenario")
    for check, value in ((check_workers, workers), (check_model_name, model)):
        try:
            check(value)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)


def scenario_faults(value: object, key: str) -> list[Fault]:
    """Return why a value is no scenario, if it is none."""
    if isinstance(value, Scenario):
        return []
    named = isinstance(value, str | Path)
    hint = f"Write load_scenario({str(value)!r})." if named else "load_scenario(…) gives one."
    return [Fault(f"must be a Scenario. Got {brief(value)}.", key=key, hint=hint)]


def check_model_name(model: object) -> str:
    """Return the name of a model.

    Raises:
        InputError: it is no ``module:Class`` that worker processes can import as well.
    """
    hint = "Name it as module:Class, of a module that can be imported."
    if not isinstance(model, str):
        raise InputError([Fault(f"must be text. Got {brief(model)}.", key="model", hint=hint)])
    module, _, name = model.partition(":")
    if module == "__main__":
        message = "cannot be of the script or notebook itself: worker processes do not have it."
        hint = "Put the class in a file of its own and name it as module:Class."
        raise InputError([Fault(message, key=f"model {model!r}:", hint=hint)])
    if not name.isidentifier() or not all(part.isidentifier() for part in module.split(".")):
        raise InputError([Fault("is not the name of a model.", key=f"model {model!r}:", hint=hint)])
    return model


def check_table(value: object, key: str) -> dict[str, Any]:
    """Return a mapping with texts for keys; an empty one for None.

    Raises:
        InputError: it is something else.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        hint = 'Give a mapping such as {"run.months": 36}.'
        raise InputError([Fault(f"must be a mapping. Got {brief(value)}.", key=key, hint=hint)])
    strange = [name for name in value if not isinstance(name, str)]
    if strange:
        raise InputError([Fault(f"must have texts for keys. Got {brief(name)}.", key=key)
                          for name in strange])  # fmt: skip
    return dict(value)


def check_texts(value: object, key: str) -> tuple[str, ...]:
    """Return texts; a single text is one of them, with commas between several.

    Raises:
        InputError: it is something else.
    """
    if isinstance(value, str):
        return tuple(dict.fromkeys(word.strip() for word in value.split(",")))
    given = list(value) if isinstance(value, Iterable) else None
    if given is None or not all(isinstance(one, str) for one in given):
        raise InputError([Fault(f"must be a list of texts. Got {brief(value)}.", key=key)])
    return tuple(given)


def check_text(value: object, key: str) -> str:
    """Return a text.

    Raises:
        InputError: it is something else.
    """
    if not isinstance(value, str):
        raise InputError([Fault(f"must be text. Got {brief(value)}.", key=key)])
    return value


def check_number[N: (int, float)](value: N, key: str) -> N:
    """Return a number.

    Raises:
        InputError: it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise InputError([Fault(f"must be a number. Got {brief(value)}.", key=key)])
    return value


def check_kind[T](value: object, kind: type[T], key: str) -> T:
    """Return a value that is of a class of ours.

    Raises:
        InputError: it is something else.
    """
    if not isinstance(value, kind):
        message = f"must be {kind.__name__}(…). Got {brief(value)}."
        raise InputError([Fault(message, key=key)])
    return value


def check_all[T](values: object, kind: type[T], key: str) -> tuple[T, ...]:
    """Return values that are all of a class of ours, at least one.

    Raises:
        InputError: they are something else, or none.
    """
    given = list(values) if isinstance(values, Iterable) else []
    if not given or not all(isinstance(one, kind) for one in given):
        message = f"must be a list of {kind.__name__}(…). Got {brief(values)}."
        raise InputError([Fault(message, key=key)])
    return tuple(given)
