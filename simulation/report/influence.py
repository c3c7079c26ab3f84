"""How much each parameter moves the co-created value, as measured once on *base*.

``influence.csv`` is written by ``docs/make_influence.py``: a Morris screening, each parameter over
the range worth exploring. It orders what reports list as assumed; other scenarios may order
otherwise, for which ``cocreate sensitivity`` is there.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "influence.csv"


@cache
def influence() -> Mapping[str, float]:
    """Return the mean size of effect (μ*) by path, with ``*`` for names, the greatest first.

    In money a month per 1000 people, over the parameter's whole range. What was not screened is
    absent.
    """
    with TABLE.open(encoding="utf-8", newline="") as file:
        sizes = {row["parameter"]: float(row["effect"]) for row in csv.DictReader(file)}
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))
