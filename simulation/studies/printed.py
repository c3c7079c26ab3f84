"""Outcomes as a frame whose print shows what is read first; apart, since it needs pandas."""

from __future__ import annotations

import pandas as pd

PRINTED = ("outcome", "of", "mean", "low", "high", "unit")
"""The columns that a print shows; they fit 80 letters."""


class OutcomeFrame(pd.DataFrame):
    """A frame like any other, printed with mean and interval; what is taken from it is plain."""

    def __repr__(self) -> str:
        shown = pd.DataFrame(self)[[name for name in PRINTED if name in self]]
        text: str = shown.to_string(index=False, float_format="{:,.4g}".format, na_rep="")
        return text

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame
