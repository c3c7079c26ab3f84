"""An experiment whose futures take draws of a posterior: what data leave open, jointly.

Every parameter of the posterior is an uncertainty, between the least and the greatest of its draws;
a future takes a whole draw, so that what goes together stays together. What the posterior does not
have keeps the range of the experiment; what all draws agree on is set. What a lever sets counts in
its arm, and not the draw; what the experiment itself sets cannot be drawn as well.
"""

from __future__ import annotations

from pathlib import Path

from simulation.errors import Fault, InputError
from simulation.experiment.posterior import ParameterDraws, read_posterior
from simulation.scenario.tree import Node, Place, plain, plant

POSTERIOR_KEY, UNCERTAINTIES, FIXED = "posterior", "uncertainties", "set"


def with_posterior(tree: Node, draws: ParameterDraws) -> Node:
    """Return the tree of an experiment whose futures take draws.

    What it sets stays, so that it is refused where draws say otherwise (see ``read_experiment``).
    """
    columns = dict(zip(draws.paths, zip(*draws.rows, strict=True), strict=True))
    ends = {path: [min(column), max(column)] for path, column in columns.items()}
    agreed = {path: plant(low) for path, (low, high) in ends.items() if low == high}
    ranges = {path: plant({"range": both}) for path, both in ends.items() if path not in agreed}
    table = {**tree.value, POSTERIOR_KEY: plant(draws.as_data())}
    kept, place = _below(tree, UNCERTAINTIES)
    rest = {path: node for path, node in kept.items() if path not in agreed}
    drawn = {path: Node(node.value, kept[path].place) if path in kept else node
             for path, node in ranges.items()}  # fmt: skip
    table[UNCERTAINTIES] = Node({**rest, **drawn}, place)
    stated, place = _below(tree, FIXED)
    table[FIXED] = Node({**agreed, **stated}, place)
    return Node(table, tree.place)


def _below(tree: Node, key: str) -> tuple[dict[str, Node], Place]:
    """Return a table of an experiment, empty where it has none, and its place."""
    node = tree.value.get(key, Node({}, tree.place))
    return (node.value if isinstance(node.value, dict) else {}), node.place


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
