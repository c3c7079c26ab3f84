"""Kernels are compiled before the first run, from a table that says for which types."""

from __future__ import annotations

import subprocess
import sys

import pytest

from simulation.execution.signatures import Kernel, compile_kernel, kernels


def test_the_longest_is_compiled_first() -> None:
    names = [kernel.name for kernel in kernels()]
    assert len(names) == len(set(names)) > 30
    assert names[0] == "simulation.kernels.integrate:integrate"


def test_the_table_has_all_kernels_of_a_run_for_the_types_they_get() -> None:
    """If this fails, ``python -m simulation.execution.make_signatures`` writes the table anew."""
    found = subprocess.run(
        [sys.executable, "-m", "simulation.execution.make_signatures", "unforeseen"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [line.split("\t")[0] for line in found.stdout.splitlines()] == []


def test_a_kernel_that_is_gone_raises_an_error() -> None:
    with pytest.raises(AttributeError, match="vanish"):
        compile_kernel(Kernel("simulation.kernels.needs:vanish", "(int64, )"))
