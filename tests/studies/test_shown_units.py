"""Currency, people represented, chapters and numbers in the reports of every kind of study."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from builders import scenario

from simulation import attribute, compare, run, sweep
from simulation.report.page import CHAPTERS
from simulation.studies.result import Result

SMALL = {"run.months": 6, "run.warm_up": 0, "population.people": 60}
EUROS = {"currency.name": "EUR", "currency.per_unit": 40.0, "population.represents": 6_000}


@cache
def result(kind: str, *, euros: bool = True) -> Result:
    changes = {**SMALL, **(EUROS if euros else {})}
    base = scenario(**changes)
    match kind:
        case "run":
            return run(base, replicates=2, workers=0)
        case "compare":
            dear = base.replace({"companies.focal.price": 0.5})
            return compare(base, {"dear": dear}, replicates=2, workers=0, mechanisms=["waiting"])
        case "attribute":
            return attribute(base, replicates=2, workers=0)
        case _:
            return sweep("education-teacher",
                         settings=changes, replicates=2, design={"limit": 4},
                         workers=0)  # fmt: skip


KINDS = ("run", "compare", "attribute", "sweep")


@pytest.mark.parametrize("kind", KINDS)
def test_reports_say_their_currency_and_whom_people_stand_for(kind: str) -> None:
    page = result(kind).report().markdown()
    assert "Money is in EUR" in page
    assert "represents 100 people" in page
    assert "EUR a month" in page
    assert "money/month" not in page.split("## Assumptions")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_stands_in_a_chapter_and_has_numbers(kind: str) -> None:
    for figure in result(kind).figures():
        assert figure.chapter in CHAPTERS, figure.name
        assert figure.data is not None, figure.name
        assert len(figure.data()) > 0, figure.name


def test_amounts_are_the_stored_ones_times_what_a_unit_and_a_person_stand_for() -> None:
    shown, stored = result("attribute"), result("attribute", euros=False)
    total = stored.tables.attribution.total().mean
    assert shown.shown_tables.attribution.total().mean == pytest.approx(4_000 * total)
    assert shown.tables.attribution.total().mean == pytest.approx(total)  # for programs


def test_series_and_flows_are_the_stored_ones_times_what_a_unit_and_a_person_stand_for() -> None:
    """40 EUR a unit of money, 100 people a person; shares and minutes are as they are."""
    from simulation.report.shown import shown_ledger, shown_series
    from simulation.scenario.units import Units

    units, held = Units("EUR", 40.0, 100.0, {"focal": "Carrier"}), result("run")
    factors = {"surplus": 4_000.0, "customers": 100.0, "adoption": 1.0, "desk_wait": 1.0}
    shown = shown_series(held.series, units)
    for metric, factor in factors.items():
        ours, theirs = (one.loc[one["metric"] == metric, "value"] for one in (held.series, shown))
        assert len(ours)
        np.testing.assert_allclose(theirs, factor * ours, err_msg=metric)
    assert shown.attrs["metrics"]["surplus"]["unit"] == "EUR/month"
    assert "Carrier" in set(shown["of"])
    assert "focal" not in set(shown["of"])
    money, flows = held.ledger["kind"] == "money", shown_ledger(held.ledger, units)
    np.testing.assert_allclose(flows["amount"][money], 4_000.0 * held.ledger["amount"][money])
    assert set(flows.loc[money, "unit"]) == {"EUR/month"}
