"""Percentages as they are typed, wherever one is taken."""

from __future__ import annotations

import pytest

from simulation.analysis.percentage import is_percentage, percentage
from simulation.analysis.sequential import Tolerance
from simulation.errors import InputError
from simulation.studies.futures.margin import margin_of
from simulation.studies.optimisation.aim import check_loss


@pytest.mark.parametrize(("text", "share"), [("1%", 0.01), (" 2.5 % ", 0.025), ("-5%", -0.05)])
def test_a_percentage_is_a_share(text: str, share: float) -> None:
    assert percentage(text) == pytest.approx(share)
    assert margin_of(text, -200.0) == pytest.approx(200.0 * share)


@pytest.mark.parametrize("text", ["1", "one%", "%", "nan%", "inf%", "", 0.01, None])
def test_what_is_none_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        percentage(text)


@pytest.mark.parametrize("text", ["inf", "inf%", "nan%", "much"])
def test_options_refuse_what_is_no_amount(text: str) -> None:
    with pytest.raises(InputError):
        Tolerance.parse(text)
    with pytest.raises(InputError):
        check_loss(text)
    assert is_percentage(text) == text.endswith("%")
