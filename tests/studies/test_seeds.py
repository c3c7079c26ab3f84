"""Seeds and replicates: one idea for all studies, checked by one function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import scenario

from simulation.errors import InputError
from simulation.studies.seeds import seeds_of

BASE = scenario("base", run__seed=5, run__replicates=3)


def test_seeds_are_those_given_or_count_on_from_the_first() -> None:
    assert seeds_of(BASE) == (5, 6, 7)
    assert seeds_of(BASE, replicates=2) == (5, 6)
    assert seeds_of(BASE, seeds=iter([9, 1])) == (9, 1)
    found = seeds_of(BASE, seeds=np.arange(2, dtype=np.int8))
    assert found == (0, 1)
    assert {type(seed) for seed in found} == {int}


@pytest.mark.parametrize(
    ("seeds", "words"),
    [
        ([], "at least one"),
        ([3, 3], "3 is repeated"),
        ([-1], "at least 0. Got -1"),
        ([True], "whole numbers. Got True"),
        ([1.0], "whole numbers. Got 1.0"),
        ("12", "whole numbers. Got '12'"),
        (["1"], "whole numbers. Got '1'"),
        (7, "whole numbers. Got 7"),
        ([2**63], "at most 2\\*\\*62"),
    ],
)
def test_wrong_seeds_are_refused(seeds: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        seeds_of(BASE, seeds=seeds)


@pytest.mark.parametrize("replicates", [0, -2, True, 2.0, "3", 10**6])
def test_wrong_numbers_of_replicates_are_refused(replicates: Any) -> None:
    with pytest.raises(InputError, match="replicates must be a whole number"):
        seeds_of(BASE, replicates=replicates)


def test_seeds_and_replicates_do_not_go_together() -> None:
    with pytest.raises(InputError, match="cannot go together"):
        seeds_of(BASE, seeds=[1], replicates=1)
