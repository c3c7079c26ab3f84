"""The money bridge adds up exactly, by actor and pair, and names what a change is made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.analysis.bridge import CUSTOMERS, EFFORT, EVERYONE, NUMBER, PRICE, _split, bridges

RUNS = (0, 1, 2, 3)  # two seeds of the base, two of the what-if
PAIRS = ((0, 2), (1, 3))


def market(
    *, price: tuple[float, float] = (2.0, 2.0), staff: tuple[float, float] = (30.0, 30.0)
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return series and ledger of a company with a partner, base and what-if."""
    series, ledger = [], []
    for run in RUNS:
        side = run // 2
        customers = 100.0 + 7.0 * run
        paid, fee, pay = customers * price[side], 5.0 + run, staff[side] + run
        gross, effort = 3.0 * customers, 11.0 + 2.0 * run
        values = {
            ("customers", ""): customers, ("customers", "focal"): customers,
            ("gross_value", "value_in_use"): gross,
            ("surplus", "customers"): gross - paid - effort + 40.0,
            ("surplus", "non_customers"): -1.0,
            ("alone", "customers"): 40.0, ("alone", "non_customers"): 0.0,
            ("surplus", "focal"): paid - fee - pay, ("surplus", "installer"): fee,
        }  # fmt: skip
        flows = [
            ("customers", "focal", "payment", paid), ("focal", "suppliers", "staff", pay),
            ("focal", "installer", "fee", fee),
        ]  # fmt: skip
        series += [(run, month, *key, value) for month in (1, 2) for key, value in values.items()]
        ledger += [(run, month, *flow, "money", "money/month") for month in (1, 2)
                   for flow in flows]  # fmt: skip
    return (
        pd.DataFrame(series, columns=["run", "month", "metric", "of", "value"]),
        pd.DataFrame(ledger, columns=["run", "month", "giver", "receiver", "deliverable", "amount",
                                      "kind", "unit"]),
    )  # fmt: skip


@pytest.mark.parametrize("price", [(2.0, 2.0), (2.0, 2.6), (2.0, 0.0)])
def test_steps_add_up_to_the_change_of_every_actor_in_every_pair(
    price: tuple[float, float],
) -> None:
    series, ledger = market(price=price, staff=(30.0, 55.0))
    found = bridges(series, ledger, PAIRS)
    assert list(found) == [EVERYONE, CUSTOMERS, "focal", "installer"]
    for name, bridge in found.items():
        added = np.sum([step.pairs for step in bridge.steps], axis=0)
        np.testing.assert_allclose(added, bridge.what_if - bridge.base, atol=1e-9, err_msg=name)
        if name not in {EVERYONE, CUSTOMERS}:
            surplus = series[(series["metric"] == "surplus") & (series["of"] == name)]
            by_run = surplus.groupby("run")["value"].mean()
            np.testing.assert_allclose(bridge.base, by_run[[0, 1]])
            np.testing.assert_allclose(bridge.what_if, by_run[[2, 3]])


def test_dearer_staff_is_a_step_of_staff_and_of_nobody_else() -> None:
    same, dear = (bridges(*market(staff=(30.0, cost)), PAIRS)["focal"] for cost in (30.0, 55.0))
    before = {step.cause: step.mean for step in same.steps}
    after = {step.cause: step.mean for step in dear.steps}
    assert after["staff"] - before["staff"] == pytest.approx(-25.0)
    assert {name: value for name, value in after.items() if name != "staff"} == pytest.approx(
        {name: value for name, value in before.items() if name != "staff"}
    )


def test_a_price_moves_money_between_people_and_the_company_and_cancels_for_everyone() -> None:
    found = bridges(*market(price=(2.0, 2.6)), PAIRS)
    people, focal, everyone = (
        {step.cause: step.pairs for step in found[name].steps}
        for name in (CUSTOMERS, "focal", EVERYONE)
    )
    np.testing.assert_allclose(people[PRICE], -focal[PRICE])
    np.testing.assert_allclose(people[NUMBER], -focal[NUMBER])
    assert focal[PRICE].mean() == pytest.approx(0.6 * (103.5 + 117.5) / 2)
    assert not {PRICE, NUMBER, "fees", "partners' fees"} & set(everyone)
    assert {EFFORT, "value in use", "staff"} <= set(everyone)


def test_what_is_small_is_shown_as_one_step() -> None:
    bridge = bridges(*market(price=(2.0, 2.6)), PAIRS)["focal"]
    shown = bridge.shown(share=0.5)
    assert shown[-1].cause == "all else"
    assert sum(step.mean for step in shown) == pytest.approx(bridge.change.mean)


def test_a_change_per_customer_and_year_is_twelve_months_of_it() -> None:
    bridge = bridges(*market(price=(2.0, 2.6)), PAIRS)["focal"]
    expected = 12.0 * (bridge.what_if - bridge.base).mean() / 103.5
    assert bridge.yearly_per_customer == pytest.approx(expected)


def test_where_nobody_was_a_customer_all_is_due_to_their_number() -> None:
    """There is no price to have changed: who comes pays what is paid."""
    (price, number) = _split(np.array([[0.0], [300.0]]), np.array([[0.0], [100.0]]))
    assert (price.cause, price.mean) == (PRICE, 0.0)
    assert (number.cause, number.mean) == (NUMBER, 300.0)


def test_co_production_keeps_its_hyphen() -> None:
    series, ledger = market()
    series["of"] = series["of"].replace("value_in_use", "co_production")
    causes = {step.cause for step in bridges(series, ledger, PAIRS)[CUSTOMERS].steps}
    assert "co-production" in causes
