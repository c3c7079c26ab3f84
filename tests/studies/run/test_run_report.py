"""The report: its answer follows the numbers, and its page stands alone."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import MadeUp, base_scenario, made_up_manifest

from simulation.errors import ResultError
from simulation.report.assumptions import assumptions, structure
from simulation.report.influence import influence
from simulation.report.templating import breaks, markdown
from simulation.report.words import NBSP
from simulation.scenario.fields import all_fields
from simulation.studies.run.answer import NOTHING, answer
from simulation.studies.run.figures import VIEWS, figures_of
from simulation.studies.run.outcome_tables import outcome_tables
from simulation.studies.run.report import confidence, report_of, tables_of
from simulation.studies.run.tables import Tables, read_tables

EVIL = "<script>alert(1)</script>"


class Page(HTMLParser):
    """What a test asks of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.attrs: list[tuple[str, dict[str, str]]] = []
        self.headings: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note tag, id and attributes."""
        told = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        self.attrs.append((tag, told))
        if "id" in told:
            self.ids[told["id"]] += 1
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)

    def of(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of all tags of a name."""
        return [told for name, told in self.attrs if name == tag]


def tables(result: MadeUp, **changes: Any) -> Tables:
    parts = {"series": result.series, "ledger": result.ledger, "runs": result.runs,
             "failures": result.failures, "manifest": result.manifest,
             "people": result.people}  # fmt: skip
    return Tables(**(parts | changes))


def write_report(folder: Path) -> Path:
    return report_of(read_tables(folder)).write(folder)


def findings(told: Tables) -> dict[str, str]:
    return {figure.name: figure.finding for figure in figures_of(told)}


def said(told: Tables) -> str:
    return " ".join(answer(told)).replace(NBSP, " ")


@pytest.fixture(scope="module")
def page(good_folder: Path) -> str:
    """Return the page of the good result."""
    return write_report(good_folder).read_text(encoding="utf-8")


def small(folder: Path, manifest: dict[str, Any], *, with_failure: bool = False) -> Path:
    """Write a result of one metric, so that its report has one figure."""
    runs, months = 3, 6
    series = pd.DataFrame(
        {
            "run": np.repeat(np.arange(runs), months),
            "month": np.tile(np.arange(1, months + 1), runs),
            "metric": "adoption",
            "of": "focal",
            "value": np.linspace(0.1, 0.3, runs * months),
        }
    )
    folder.mkdir()
    series.to_parquet(folder / "series.parquet")
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    if with_failure:
        row = {"run": 3, "scenario": "base", "seed": 4, "error": f"ValueError: {EVIL}",
               "traceback": EVIL, "remake": f"cocreate run {EVIL}"}  # fmt: skip
        pd.DataFrame([row]).to_parquet(folder / "failures.parquet")
    return folder


# --- the answer ------------------------------------------------------------------------------


def test_answer_is_three_sentences(good: MadeUp) -> None:
    told = answer(tables(good))
    assert len(told) == 3
    assert all(text.endswith(".") and text[0].isupper() for text in told)


def test_answers_to_opposite_results_are_opposite(good: MadeUp, bad: MadeUp) -> None:
    one, other = said(tables(good)), said(tables(bad))
    assert "Value was co-created" in one
    assert "better off than the same people alone" in one
    assert "a month better than in the first 12 months" in one
    assert "mainly through word of mouth" in one
    assert "rival (−2" in one
    assert "Value was destroyed" in other
    assert "worse off than the same people alone" in other
    assert "a month worse than in the first 12 months" in other
    assert "mainly through advertising" in other
    assert "rival (+2" in other


def test_answer_carries_the_mean_of_the_last_year(good: MadeUp) -> None:
    rows = good.series.query("metric == 'co_created_value' and month > 36")
    mean = rows.groupby("run")["value"].mean().mean()
    assert f"was {round(mean, -1):,.0f} money units a month better off" in said(tables(good))


def test_answer_says_when_it_is_open(good: MadeUp) -> None:
    series = good.series.copy()
    created = series["metric"] == "co_created_value"
    series.loc[created, "value"] = np.where(series.loc[created, "run"] % 2, 100.0, -90.0)
    told = said(tables(good, series=series))
    assert "It is open whether value was co-created" in told
    assert re.search(r"everyone together (lost|gained) [\d.,]+ ", told)
    assert "That is no clear change" in told


def test_answer_names_long_waits_as_a_drag_and_forgives_short_ones(
    good: MadeUp, bad: MadeUp
) -> None:
    assert "what held value back: waits (up to 4" in said(tables(bad))
    calm = good.series[good.series["metric"] != "slack"].copy()
    calm.loc[calm["metric"] == "desk_abandoned", "value"] = 0.0
    assert "hardly held value back" in said(tables(good, series=calm))


def test_answer_of_one_run_says_that_there_is_no_interval(good: MadeUp) -> None:
    one = good.series[good.series["run"] == 0]
    assert "(one run: no interval)" in said(tables(good, series=one))


def test_answer_of_a_limit_is_of_what_it_has(good: MadeUp) -> None:
    bass = good.series[good.series["metric"] == "adoption"]
    told = answer(tables(good, series=bass))
    assert len(told) == 1
    assert told[0].startswith("At the end, of all people,")
    assert "customers of focal" in told[0]
    none = good.series[good.series["metric"] == "budget"]
    assert answer(tables(good, series=none)) == [NOTHING]


@pytest.mark.parametrize("name", VIEWS)
def test_every_figure_has_a_finding_that_follows_the_numbers(
    name: str, good: MadeUp, bad: MadeUp
) -> None:
    one, other = (findings(tables(result))[name] for result in (good, bad))
    assert one.endswith(".")
    assert "nan" not in one + other
    if name not in ("touchpoints", "functions", "network_over_time"):  # these are made up equal
        assert one != other


def test_findings_name_the_extremes(good: MadeUp) -> None:
    told = findings(tables(good))
    waits = good.series.query("metric == 'desk_wait' and month > 36")
    worst = str(waits.groupby("of", observed=True)["value"].mean().idxmax())
    assert worst.replace("_", " ").replace(":", ": ") in told["desks"]
    assert "Product use has most of the traffic" in told["touchpoints"]
    assert "innovation performs best" in told["functions"]


# --- the page --------------------------------------------------------------------------------


def test_page_stands_alone(page: str) -> None:
    parsed = Page(page)
    for tag in ("link", "iframe", "object", "embed", "base"):
        assert parsed.tags[tag] == 0
    assert parsed.tags["script"] == 1  # it unfolds what is printed or linked to
    addresses = [told.get(name, "") for _, told in parsed.attrs
                 for name in ("src", "href", "xlink:href")]  # fmt: skip
    outside = [at for at in addresses if at and not at.startswith(("#", "data:"))]
    assert all(re.fullmatch(r"figures/\w+\.csv", at) for at in outside)  # long data, beside it
    assert "@import" not in page
    assert page.count("url(") == page.count("url(#")


def test_page_has_the_parts_in_their_order(page: str) -> None:
    parts = ("value", "market", "sure", "assumed", "again", "glossary")
    heads = ('<h2 id="answer"', *(f'<details class="chapter" id="{part}"' for part in parts))
    places = [page.index(head) for head in heads]
    assert places == sorted(places)
    parsed = Page(page)
    assert parsed.headings[0] == "h1"
    assert parsed.headings.count("h1") == 1
    assert 'lang="en"' in page
    assert 'name="viewport"' in page
    assert "@media print" in page
    assert "prefers-color-scheme: dark" in page


def test_every_figure_and_table_is_told_to_those_who_cannot_see(page: str, good: MadeUp) -> None:
    parsed = Page(page)
    pictures = [told for told in parsed.of("svg") if told.get("role") == "img"]
    assert len(pictures) == 2 * len(figures_of(tables(good)))  # for wide pages and for phones
    alts = [told["aria-label"] for told in pictures]
    assert all(len(alt) > 40 for alt in alts)
    assert any(findings(tables(good))["adoption"] in alt for alt in alts)
    assert parsed.tags["table"] == parsed.tags["caption"]
    assert all(told.get("scope") for told in parsed.of("th"))


def test_ids_are_unique_and_links_lead_somewhere(page: str) -> None:
    parsed = Page(page)
    assert [name for name, n in parsed.ids.items() if n > 1] == []
    targets = {told[name][1:] for _, told in parsed.attrs for name in ("href", "xlink:href")
               if told.get(name, "").startswith("#")}  # fmt: skip
    assert targets - set(parsed.ids) == set()


def test_page_and_markdown_carry_answer_and_findings(page: str, good_folder: Path) -> None:
    told = read_tables(good_folder)
    text = (good_folder / "report.md").read_text(encoding="utf-8")
    bare = re.sub(r"</?button[^>]*>", "", page).replace("&#39;", "&#x27;")  # without the glossary
    for sentence in answer(told):
        assert escape(sentence) in bare
        assert markdown(sentence) in text
    assert (good_folder / "figures" / "value.svg").is_file()
    assert "](figures/value.svg)" in text
    assert "cocreate run scenarios/base.toml --replicates 20" in page


def test_text_of_users_is_escaped(tmp_path: Path) -> None:
    manifest = made_up_manifest(3, 6)
    manifest |= {"title": EVIL, "scenario_name": EVIL, "remake": EVIL, "command_line": f"a {EVIL}"}
    manifest["scenario"] |= {
        "description": EVIL,
        "events": [{"month": 3, "name": EVIL, "set": {f"x.{EVIL}": EVIL}}],
        "unknown": {"key": EVIL},
    }
    manifest["versions"] = {EVIL: EVIL}
    folder = small(tmp_path / "evil", manifest, with_failure=True)
    text = write_report(folder).read_text(encoding="utf-8")
    assert Page(text).tags["script"] == text.count("<script") == 1  # it unfolds chapters
    assert text.count("&lt;script&gt;") > 8
    plain = (folder / "report.md").read_text(encoding="utf-8")
    outside = "\n".join(line for line in plain.splitlines() if not line.startswith("    "))
    assert "<script" not in outside.replace(f"`cocreate run {EVIL}`", "")


def test_report_needs_no_more_than_a_series(tmp_path: Path) -> None:
    folder = small(tmp_path / "bare", {})
    (folder / "manifest.json").unlink()
    text = write_report(folder).read_text(encoding="utf-8")
    assert "<h1>bare</h1>" in text
    assert "This result does not record its command." in text


def test_failed_runs_are_told_with_cause_and_command(tmp_path: Path) -> None:
    manifest = made_up_manifest(3, 6, failed=1)
    told = read_tables(small(tmp_path / "failed", manifest, with_failure=True))
    (failure,) = report_of(told).failures
    assert (failure.seed, failure.error) == ("4", f"ValueError: {EVIL}")
    lines = " ".join(confidence(told, assumptions(manifest["scenario"])))
    assert "1 run failed" in lines
    assert "No run failed" not in lines


def test_how_sure_we_are_says_runs_needed_and_unsourced_numbers(good: MadeUp) -> None:
    series = good.series.copy()
    created = series["metric"] == "co_created_value"
    series.loc[created, "value"] = 60.0 + 20.0 * series.loc[created, "run"]
    told = tables(good, series=series)
    lines = " ".join(confidence(told, assumptions(good.manifest["scenario"]))).replace(NBSP, " ")
    # sd 31.62 of 5 runs: half-width 2.776 · 14.14 = 39.3; 5 · (39.3/5)² = 308
    assert "known to ± 39 % of its mean" in lines
    assert "about 310 runs" in lines
    assert "have no published value" in lines


def test_how_sure_we_are_says_when_the_sign_is_open(good: MadeUp) -> None:
    series = good.series.copy()
    created = series["metric"] == "co_created_value"
    series.loc[created, "value"] = 40.0 * series.loc[created, "run"] - 60.0
    told = tables(good, series=series)
    lines = " ".join(confidence(told, assumptions(good.manifest["scenario"])))
    # mean 20, sd 63.25 of 5 runs: half-width 78.5; 5 · (78.5/20)² = 77.1
    assert "covers zero" in lines
    assert "about 79 runs would settle the sign" in lines


# --- tables and assumptions ------------------------------------------------------------------


def test_tables_hold_outcomes_desks_opportunity_and_flows(good: MadeUp) -> None:
    outcomes, desks, opportunity, network = outcome_tables(tables(good))
    assert outcomes.rows[0][:2] == ("co-created value", "whole")
    assert len(desks.rows) == 10
    assert len(opportunity.rows) == 24
    scores = [float(row[4]) for row in opportunity.rows]
    assert scores == sorted(scores, reverse=True)
    assert network.rows[0][2:4] == ("payment", "money")
    for view in (outcomes, desks, opportunity, network):
        assert {len(row) for row in view.rows} == {len(view.columns)}


def test_assumptions_are_split_by_what_the_scenario_sets() -> None:
    scenario = base_scenario().model_dump(mode="json")
    scenario["talk"]["propensity"] = 0.4
    assumed = assumptions(scenario)
    changed = {item.path: item for item in assumed.changed}
    assert (changed["talk.propensity"].value, changed["talk.propensity"].default) == ("0.4", "0.25")
    assert changed["companies.rival.strategy.outside_in"].default == "0.7"
    assert "encounter.elasticity" not in changed
    defaults = {item.path: item for item in assumed.defaults}
    assert defaults["encounter.elasticity"].value == "0.7"
    assert "no estimate exists" in defaults["encounter.elasticity"].source
    assert "companies.*.price" in defaults
    assert any(item.path == "touchpoints.call_centre.servers" for item in assumed.touchpoints)
    assert 0 < assumed.n_without_source < assumed.n_parameters


def test_assumptions_come_by_influence() -> None:
    measured = influence()
    assert list(measured.values()) == sorted(measured.values(), reverse=True)
    assumed = assumptions(base_scenario().model_dump(mode="json"))
    for items in (assumed.changed, assumed.defaults, assumed.leading):
        sizes = [item.effect for item in items]
        known = [size for size in sizes if size == size]
        assert known == sorted(known, reverse=True)
        assert sizes[: len(known)] == known
    assert len(assumed.leading) == 12
    assert all("assumption" in item.source for item in assumed.leading)
    assert assumed.leading[0].influence != "–"


def test_the_table_of_influence_is_of_parameters_that_exist() -> None:
    fields = all_fields()
    assert [path for path in influence() if path not in fields] == []
    assert len(influence()) > 100


def test_another_measurement_gives_another_order(
    good: MadeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = assumptions(good.manifest["scenario"]).leading[0].path
    turned = {path: 1.0 / (1.0 + size) for path, size in influence().items()}
    monkeypatch.setattr("simulation.report.assumptions.influence", lambda: turned)
    other = assumptions(good.manifest["scenario"]).leading[0].path
    assert one != other


def test_paths_may_be_broken_and_are_escaped() -> None:
    assert breaks("a_b.c<d") == "a_<wbr>b.<wbr>c&lt;d"


def test_the_customers_view_and_the_network_are_in_the_tables(good: MadeUp, bad: MadeUp) -> None:
    views = {view.short_title: view for view in tables_of(tables(good))}
    for caption in ("Opportunities by segment", "Journey map", "Lean by resource",
                    "Slack by touchpoint and resource", "What reallocation would free",
                    "Portfolio by tenths", "Roles", "Exchange analysis", "Impact analysis",
                    "Value creation analysis"):  # fmt: skip
        view = next(view for name, view in views.items() if name.startswith(caption))
        assert {len(row) for row in view.rows} == {len(view.columns)}
        assert "nan" not in {word for row in view.rows for cell in row for word in cell.split()}
    assert views["Portfolio by tenths"].rows[-1][0] == "all"
    journey = views["Journey map"]
    places = tables(good).setting.places.values()
    assert len(journey.rows) == sum(len(place.stages) for place in places)
    moved = next(view for view in tables_of(tables(bad)) if view.title.startswith("Lean by"))
    assert moved.rows != views["Lean by resource"].rows


def test_assumptions_of_an_older_scenario_are_told_without_source() -> None:
    assumed = assumptions({"bygone": {"lever": 3}, "companies": [{"name": "focal", "charm": 1}]})
    assert {item.path for item in assumed.changed} == {"bygone.lever", "companies.focal.charm"}
    assert assumed.n_parameters == 0


def test_timeline_is_in_order_of_months() -> None:
    events = [{"month": 30, "set": {"a.b": 1}}, {"month": 6, "name": "launch", "set": {"c": True}}]
    first, last = assumptions({"events": events}).events
    assert (first.month, first.name, first.changes) == (6, "launch", "c = yes")
    assert (last.month, last.changes) == (30, "a.b = 1")


def test_structure_counts_what_there_is() -> None:
    told = structure(base_scenario().model_dump(mode="json"))
    assert "10,000 people" in told
    assert "2 companies (focal, rival)" in told
    assert "15 touchpoints" in told
    assert "8 desired outcomes" in told


def test_markdown_shows_text_as_it_is() -> None:
    assert markdown("a|b `c` <d> [e]") == "a\\|b \\`c\\` &lt;d&gt; \\[e\\]"


# --- reading ---------------------------------------------------------------------------------


def test_stored_tables_are_read_with_their_units(good: MadeUp, good_folder: Path) -> None:
    told = read_tables(good_folder)
    assert len(told.series) == len(good.series)
    assert told.series.attrs["metrics"]["desk_wait"]["unit"] == "minutes"
    assert told.seeds == (1, 2, 3, 4, 5)
    assert told.setting.companies == ("focal", "rival")
    assert told.setting.places["call_centre"].stages == ("support",)


def test_a_folder_that_is_no_result_is_refused(tmp_path: Path, good_folder: Path) -> None:
    with pytest.raises(ResultError, match="is not a result folder"):
        read_tables(tmp_path / "absent")
    with pytest.raises(ResultError, match="has no series"):
        read_tables(tmp_path)
    (tmp_path / "series.parquet").write_bytes(b"PAR1 cut off")
    with pytest.raises(ResultError, match="cannot be read as Parquet"):
        read_tables(tmp_path)
    shutil.copy(good_folder / "runs.parquet", tmp_path / "series.parquet")
    with pytest.raises(ResultError, match="lacks the columns month, metric, of, value"):
        read_tables(tmp_path)
    shutil.copy(good_folder / "series.parquet", tmp_path)
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(ResultError, match="cannot be read as a manifest"):
        read_tables(tmp_path)
