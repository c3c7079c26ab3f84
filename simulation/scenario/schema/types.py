"""Types of values that several sections share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

STOKBURGER = "form: Stokburger-Sauer et al. 2016, JOSM 27:563; size: assumption"


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Weight = Annotated[float, Field(ge=0.0)]
Importance = Annotated[float, Field(ge=0.0, le=10.0)]
