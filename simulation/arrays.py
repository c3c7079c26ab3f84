"""Types of arrays, for annotations: what their elements are; shapes stand in docstrings."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Whole = NDArray[np.int64]
"""Whole numbers: counts, months, places in another array."""
Integers = NDArray[np.signedinteger[Any]]
"""The same, of any width."""
