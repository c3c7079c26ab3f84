"""The value network: identities of the indicators, Allee's tables, keystones, GraphML."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from simulation.analysis.flows import (
    Asset,
    Weigh,
    asset,
    exchanges,
    flow_table,
    merge_functions,
    monthly_flows,
)
from simulation.analysis.network_analyses import (
    exchange_table,
    impact_table,
    keystone_table,
    value_creation_table,
)
from simulation.analysis.network_files import graphml, network_files
from simulation.analysis.value_network import (
    agility,
    balance,
    brokerage,
    indicators,
    network,
    reciprocity,
    resilience,
    roles,
)
from simulation.scenario.words import FlowKind

Floats = NDArray[np.float64]
matrices = st.integers(2, 6).flatmap(
    lambda n: arrays(np.float64, (n, n), elements=st.floats(0.0, 10.0))
)

FLOWS = [
    ("customers", "focal", "payment", "money", 8.0, "money"),
    ("focal", "suppliers", "serving", "money", 5.0, "money"),
    ("focal", "installer", "fee", "money", 1.0, "money"),
    ("focal:innovation", "customers", "offering", "tangible", 0.6, "performance"),
    ("installer", "customers", "partner service", "tangible", 3.0, "encounters"),
    ("customers", "focal:innovation", "insight", "intangible", 12.0, "persons"),
    ("customers", "customers", "peer help", "intangible", 4.0, "input"),
    ("focal:marketing_sales", "customers", "teaching", "intangible", 0.0, "knowledge"),
]


def ledger(runs: int = 2, months: int = 3) -> pd.DataFrame:
    rows = [
        (run, month, giver, receiver, deliverable, kind, amount * (1 + run), unit)
        for run in range(runs)
        for month in range(1, months + 1)
        for giver, receiver, deliverable, kind, amount, unit in FLOWS
    ]
    columns = ["run", "month", "giver", "receiver", "deliverable", "kind", "amount", "unit"]
    words = ["giver", "receiver", "deliverable", "kind", "unit"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(words, "category"))


@given(matrices)
def test_reciprocity_lies_between_nothing_and_all(w: Floats) -> None:
    r = float(reciprocity(w))
    assert np.isnan(r) or -1e-12 <= r <= 1.0 + 1e-12


@given(matrices)
def test_reciprocity_of_a_symmetric_network_is_one(w: Floats) -> None:
    symmetric = w + w.T + 1.0
    assert float(reciprocity(symmetric)) == pytest.approx(1.0)


@given(matrices)
def test_reciprocity_of_a_one_way_network_is_zero(w: Floats) -> None:
    one_way = np.triu(w + 1.0, k=1)
    assert float(reciprocity(one_way)) == 0.0


def test_reciprocity_by_hand() -> None:
    w = np.array([[9.0, 3.0, 0.0], [1.0, 0.0, 2.0], [0.0, 2.0, 0.0]])
    assert float(reciprocity(w)) == pytest.approx(2 * (1 + 2) / 8)


def test_reciprocity_of_nothing_is_unknown() -> None:
    assert np.isnan(reciprocity(np.eye(3)))


@given(matrices)
def test_what_is_given_is_received(w: Floats) -> None:
    shares = balance(w)
    volume = w.sum(axis=0) + w.sum(axis=1)
    assert np.nansum(shares * volume) == pytest.approx(0.0, abs=1e-9)
    assert (np.abs(shares[~np.isnan(shares)]) <= 1.0 + 1e-12).all()


@pytest.mark.parametrize("weigh", [Weigh.COUNT, Weigh.SHARE])
@pytest.mark.parametrize("kind", list(FlowKind))
def test_every_kind_balances_in_every_month(weigh: Weigh, kind: FlowKind) -> None:
    flows = exchanges(ledger(), weigh, kinds=[kind]).flows
    in_less_out = flows.sum(axis=2) - flows.sum(axis=3)
    assert in_less_out.sum(axis=2) == pytest.approx(np.zeros((2, 3)))


def test_money_is_added_as_it_is() -> None:
    matrix = exchanges(ledger(), Weigh.AMOUNT, kinds=[FlowKind.MONEY]).matrix()
    assert matrix.loc["customers", "focal"] == pytest.approx(8.0 * 1.5)
    assert matrix.to_numpy().sum() == pytest.approx(14.0 * 1.5)
    assert "focal:marketing_sales" in matrix.index


def test_amounts_in_different_units_are_not_added() -> None:
    with pytest.raises(ValueError, match=r"must share a unit\. Got encounters, input, knowledge"):
        exchanges(ledger(), Weigh.AMOUNT)


def test_counting_ignores_amounts_and_what_does_not_flow() -> None:
    matrix = exchanges(ledger()).matrix()
    assert matrix.to_numpy().sum() == len(FLOWS) - 1
    assert matrix.loc["customers", "customers"] == 1.0


def test_each_deliverable_has_the_same_weight_over_the_whole() -> None:
    flows = exchanges(ledger(), Weigh.SHARE)
    assert flows.matrix().to_numpy().sum() == pytest.approx(len(FLOWS) - 1)
    assert flows.flows[1].sum() == pytest.approx(2 * flows.flows[0].sum())


def test_the_order_of_rows_does_not_matter() -> None:
    mixed = ledger().sample(frac=1.0, random_state=3)
    assert (exchanges(mixed, Weigh.SHARE).flows == exchanges(ledger(), Weigh.SHARE).flows).all()


def test_agility_of_known_shapes() -> None:
    everyone = np.ones((4, 4))
    ring = np.roll(np.eye(4), 1, axis=1)
    assert agility(everyone) == 1.0
    assert agility(np.zeros((4, 4))) == 0.0
    assert agility(ring) == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)


def test_a_hub_is_a_broker_and_its_spokes_are_not() -> None:
    star = pd.DataFrame(np.zeros((4, 4)), index=list("habc"), columns=list("habc"))
    star.loc["h", ["a", "b", "c"]] = 1.0
    star.loc[["a", "b", "c"], "h"] = 1.0
    found = brokerage(star)
    assert found["h"] == 1.0
    assert found["a"] == 0.0


def test_roles_give_and_get() -> None:
    found = roles(ledger()).set_index("role")
    customers = found.loc["customers"]
    assert (customers["gives"], customers["gets"], customers["partners"]) == (3, 3, 3)
    assert customers["intangible_given"] == pytest.approx(2 / 3)
    assert customers["balance"] == pytest.approx(0.0)
    assert found["money_balance"].sum() == pytest.approx(0.0)
    assert found.loc["focal", "money_balance"] == pytest.approx(2.0 * 1.5)
    assert found.loc["focal:marketing_sales", "gives"] == 0


def test_functions_can_be_seen_as_their_company() -> None:
    merged = exchanges(merge_functions(ledger())).matrix()
    assert list(merged.index) == ["customers", "focal", "installer", "suppliers"]
    assert merged.loc["customers", "focal"] == 2.0
    assert merged.loc["focal", "customers"] == 1.0


def test_indicators_run_over_runs_and_months() -> None:
    found = indicators(ledger())
    assert len(found) == 7 * 2 * 3
    first = found[(found["run"] == 0) & (found["month"] == 1)].set_index("metric")["value"]
    assert first["reciprocity"] == pytest.approx(2 * 1 / 6)
    assert first["money_reciprocity"] == 0.0
    assert first["intangible_share"] == pytest.approx(2 / 7)
    assert first["money_concentration"] == pytest.approx((8**2 + 5**2 + 1) / 14**2)
    assert first["agility"] == agility(exchanges(ledger()).matrix())
    assert first["resilience"] == resilience(exchanges(ledger()).matrix())
    assert 1 / 6 < first["concentration"] < 1.0


def test_resilience_of_known_shapes() -> None:
    everyone = 1.0 - np.eye(5)
    assert resilience(everyone) == 1.0
    star = np.zeros((5, 5))
    star[0, 1:] = star[1:, 0] = 1.0
    # Without the hub nobody reaches anybody; without a spoke the others lose nothing.
    assert resilience(star) == pytest.approx(4 / 5)
    ring = np.roll(np.eye(5), 1, axis=1)
    assert 0.0 < resilience(ring) < resilience(star)
    assert np.isnan(resilience(np.zeros((3, 3))))


def test_indicators_change_where_the_network_does() -> None:
    some = ledger(runs=1, months=2)
    later = some["month"] == 2
    some.loc[later & (some["deliverable"] == "payment"), "amount"] = 0.0
    found = indicators(some).pivot(index="month", columns="metric", values="value")
    assert found.loc[1, "agility"] > found.loc[2, "agility"]
    assert found.loc[1, "money_concentration"] != found.loc[2, "money_concentration"]


def test_flows_of_months_add_up_to_flows_of_the_whole() -> None:
    monthly, whole = monthly_flows(ledger()), flow_table(ledger())
    names = ["giver", "receiver", "deliverable", "kind", "unit"]
    means = monthly.groupby(names)["amount"].sum() / 3
    wanted = whole[whole["amount"] > 0.0].set_index(names)["amount"]
    assert means.to_dict() == pytest.approx(wanted.to_dict())
    assert set(monthly["month"]) == {1, 2, 3}


def test_a_network_comes_as_graph_and_tidy_tables() -> None:
    files = network_files(ledger())
    assert [name.rpartition(".")[2] for name in files].count("csv") == len(files) - 1
    flows = pd.read_csv(io.StringIO(files["value_network.csv"]))
    assert len(flows) == len(FLOWS)
    exchange = pd.read_csv(io.StringIO(files["value_network_exchange.csv"]))
    assert set(exchange["one"]) | set(exchange["other"]) == {
        "customers", "focal", "installer", "suppliers",
    }  # fmt: skip
    assert files == network_files(ledger().sample(frac=1.0, random_state=3))


def test_the_network_in_five_numbers() -> None:
    found = network(merge_functions(ledger()))
    assert found.intangible_share == pytest.approx(2 / 7)
    assert found.broker == "focal"
    assert found.reciprocity == pytest.approx(2 * 1 / 6)
    assert found.money_concentration == pytest.approx(90 / 196)
    assert found.agility == pytest.approx((2 + 3 + 1 + 1 / 2 + 1 / 3) / 12)


def test_where_all_deal_directly_nobody_is_a_broker() -> None:
    pair = ledger()[lambda rows: rows["deliverable"].isin(["payment", "serving"])]
    assert network(pair[pair["deliverable"] == "payment"]).broker is None
    assert network(pair).broker == "focal"


def test_flows_have_intervals_over_runs() -> None:
    found = flow_table(ledger()).set_index("deliverable")
    assert found.loc["payment", "amount"] == pytest.approx(12.0)
    assert found.loc["payment", "high"] - 12.0 == pytest.approx(12.7062 * 4.0, rel=1e-5)
    assert found.loc["teaching", "months"] == 0.0
    assert found.loc["fee", "months"] == 1.0
    assert (found["runs"] == 2).all()


def test_exchanges_show_what_comes_back() -> None:
    found = exchange_table(merge_functions(ledger())).set_index(["one", "other"])
    focal = found.loc["customers", "focal"]
    assert (focal["one_gives"], focal["other_gives"]) == ("(insight), payment", "offering")
    assert focal["reciprocated"]
    assert focal["reciprocity"] == pytest.approx(2 / 3)
    assert not found.loc[("focal", "suppliers"), "reciprocated"]
    assert ("customers", "customers") not in found.index


def test_impact_and_value_creation_are_two_sides_of_the_same_flows() -> None:
    impact, creation = impact_table(ledger()), value_creation_table(ledger())
    assert len(impact) == len(creation) == len(FLOWS) - 1
    mine = impact[impact["role"] == "customers"]
    assert set(mine["deliverable"]) == {"partner service", "offering", "peer help"}
    given = creation[creation["role"] == "focal"]
    assert given["asset"].tolist() == ["financial", "financial"]
    assert (creation.groupby("deliverable")["share"].sum() == 1.0).all()


def test_keystones_say_what_a_deliverable_is_worth() -> None:
    stones = keystone_table([10.0, 12.0, 11.0], {"insight": [6.0, 9.0, 7.0], "fee": [10.0] * 3})
    found = value_creation_table(ledger(), stones).set_index("deliverable")["value"]
    assert found["insight"] == pytest.approx(11 / 3)
    assert np.isnan(found["payment"])


@pytest.mark.parametrize(
    ("deliverable", "kind", "expected"),
    [
        ("payment", "money", Asset.FINANCIAL),
        ("word of mouth about focal", "intangible", Asset.EXTERNAL),
        ("knowledge by talk", "intangible", Asset.COMPETENCE),
        ("insight", "intangible", Asset.INTERNAL),
        ("a song", "intangible", None),
    ],
)
def test_assets(deliverable: str, kind: str, expected: Asset | None) -> None:
    assert asset(deliverable, kind) is expected


def test_keystones_are_paired_and_ranked() -> None:
    rng = np.random.default_rng(1)
    luck = 50.0 * rng.normal(size=10)
    whole = 100.0 + luck
    without = {
        "partner": whole - 1.0 + 0.1 * rng.normal(size=10),
        "platform": whole - 30.0 + rng.normal(size=10),
        "nothing": whole,
    }
    found = keystone_table(whole, without).set_index("removed")
    assert list(found.index) == ["platform", "partner", "nothing"]
    assert found.loc["partner", "low"] > 0.0
    assert (found.loc["nothing", ["lost", "low", "high"]] == 0.0).all()
    assert found.loc["platform", "share"] == pytest.approx(30 / whole.mean(), rel=0.05)


def test_graphml_holds_every_role_and_deliverable() -> None:
    odd = ledger()
    odd["giver"] = odd["giver"].astype(str).replace("installer", 'inst <&> "aller"')
    text = graphml(odd)
    assert text.startswith("<?xml version='1.0' encoding=")
    assert len(re.findall("<edge ", text)) == len(FLOWS) - 1
    assert set(re.findall('<node id="([^"]+)"', text)) == {
        "customers", "focal", "focal:innovation", "inst &lt;&amp;&gt; &quot;aller&quot;",
        "installer", "suppliers",
    }  # fmt: skip
    assert '<data key="kind">intangible</data>' in text
    assert '<data key="amount">12.0</data>' in text
    tree = ET.fromstring(text)  # noqa: S314  our own text
    mark = "{http://graphml.graphdrawing.org/xmlns}"
    keys = {key.get("id"): key.get("for") for key in tree.findall(f"{mark}key")}
    node = next(one for one in tree.iter(f"{mark}node") if one.get("id") == "focal")
    told = {data.get("key"): data.text for data in node}
    assert told["gives"] == "2"
    assert float(told["money_balance"] or "nan") == pytest.approx(1.5 * (8.0 - 5.0 - 1.0))
    assert {name for name in told if keys[name] == "node"} == set(told)
