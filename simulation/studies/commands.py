"""Commands as one types them: what a study prints so that one of its runs can be done alone."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from simulation.scenario.write import value_text
from simulation.simulate import DEFAULT_MODEL


def run_alone(words: Sequence[str], seed: int, model: str = DEFAULT_MODEL) -> str:
    """Return a command as one types it, with the options that make it do one run in this process.

    Args:
        words: the command and what it names; a model that is among them is not named again.
        seed: the seed of the run.
        model: the model as ``module:Class``.
    """
    named = model == DEFAULT_MODEL or "--model" in words
    options = [] if named else ["--model", model]
    alone = ["--seed", str(seed), "--replicates", "1", "--workers", "0"]
    return shlex.join([*words, *options, *alone])


def setting_words(settings: Mapping[str, Any], option: str = "--set") -> list[str]:
    """Return parameters with their values as one types them."""
    return [word for path, value in settings.items()
            for word in (option, f"{path}={value_text(value)}")]  # fmt: skip
