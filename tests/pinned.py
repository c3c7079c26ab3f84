"""Importing this makes the stub alone the model, whose version then hangs on nothing else."""

from __future__ import annotations

from simulation import simulate

simulate.MODEL_SOURCES = ()
simulate.MODEL_FILES = ()
