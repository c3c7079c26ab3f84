"""What holds for all tests: Hypothesis times nothing, as first calls load or compile kernels."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("cocreate", deadline=None)
settings.load_profile("cocreate")
