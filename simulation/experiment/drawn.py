"""An experiment whose futures take draws of a posterior: what data leave open, jointly.

Every parameter of the posterior is an uncertainty, between the least and the greatest of its draws;
a future takes a whole draw, so that what goes together stays together. What the posterior does not
have keeps the range of the experiment.
"""

from __future__ import annotations

from pathlib import Path

from simulation.errors import Fault, InputError
from simulation.experiment.posterior import ParameterDraws, read_posterior
from simulation.scenario.tree import Node, plain, plant

POSTERIOR_KEY, UNCERTAINTIES = "posterior", "uncertainties"


def with_posterior(tree: Node, draws: ParameterDraws) -> Node:
    """Return the tree of an experiment whose futures take draws."""
    old = tree.value.get(UNCERTAINTIES, Node({}))
    columns = list(zip(*draws.rows, strict=True))
    new = {
        path: plant({"range": [min(column), max(column)]}, old.place)
        for path, column in zip(draws.paths, columns, strict=True)
    }
    kept = old.value if isinstance(old.value, dict) else {}
    table = {
        **tree.value,
        UNCERTAINTIES: Node({**kept, **new}, old.place),
        POSTERIOR_KEY: plant(draws.as_data()),
    }
    return Node(table, tree.place)


def posterior_in(tree: Node, faults: list[Fault]) -> tuple[Node, ParameterDraws | None]:
    """Return the tree of an experiment with the posterior that it names, and its draws.

    A file names a calibration's folder or its posterior (``posterior = "calibrated"``), beside
    itself or here; a result has the draws themselves.
    """
    node = tree.value.get(POSTERIOR_KEY)
    if node is None:
        return tree, None
    value = plain(node)
    if isinstance(value, dict):
        return tree, ParameterDraws.of_data(value)
    if not isinstance(value, str):
        hint = 'Write posterior = "FOLDER", that of a calibration.'
        faults.append(node.place.fault("must be a text.", key=POSTERIOR_KEY, hint=hint))
        return tree, None
    file = tree.place.file
    beside = Path(value) if file is None else file.parent / value
    try:
        draws = read_posterior(beside if beside.exists() else value)
    except InputError as error:
        faults += error.faults
        return tree, None
    return with_posterior(tree, draws), draws
