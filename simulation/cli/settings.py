"""Settings as they are typed (``--set KEY=VALUE``): those that can be read are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulation.errors import FaultList


def read_settings(texts: Iterable[str], faults: FaultList) -> dict[str, Any]:
    """Return paths and values as ``parse_settings`` does; what is no setting is noted."""
    from simulation.scenario.load import parse_setting

    pairs = [faults.attempt(parse_setting, text) for text in texts]
    return dict(pair for pair in pairs if pair is not None)
