"""What makes two scenarios the same: the fingerprint of everything that a run depends on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from simulation.errors import Fault, ScenarioError
from simulation.scenario.fields import named_lists
from simulation.scenario.schema import ScenarioData
from simulation.scenario.words import NetworkKind


def fingerprint(scenario: ScenarioData) -> str:
    """Return the BLAKE2b-128 hex digest of the scenario's canonical JSON.

    Title, description, market, labels, names of events, currency, the people represented, the
    number of replicates and the seed do not belong to it: they tell runs of one scenario apart, or
    nothing at all. A file of ties counts by its content.

    Raises:
        ScenarioError: if the file of ties cannot be read.
    """
    words = {"title", "description", "market"}
    data = scenario.model_dump(mode="json", exclude=words)
    del data["run"]["replicates"], data["run"]["seed"]
    del data["currency"], data["population"]["represents"]
    for kind in named_lists():
        for entry in data[kind]:
            del entry["label"]
    for event in data["events"]:
        del event["name"]
    data["network"]["file"] = _content(scenario)
    text = json.dumps(_canonical(data), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _canonical(value: Any) -> Any:
    """Give equal numbers one spelling: 1 and 1.0, 0.0 and -0.0."""
    if isinstance(value, dict):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _content(scenario: ScenarioData) -> str | None:
    network = scenario.network
    if network.file is None or network.kind is not NetworkKind.EDGE_LIST:
        return None
    try:
        return hashlib.blake2b(Path(network.file).read_bytes(), digest_size=16).hexdigest()
    except OSError as error:
        reason = error.strerror or "no reason given"
        fault = Fault(f"cannot be read: {reason}.", file=Path(network.file), key="network.file")
        raise ScenarioError([fault]) from None
