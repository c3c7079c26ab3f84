"""Answers that a page of findings keeps beside it: read back whole, joined, and refused."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from simulation.errors import ResultError
from simulation.store.manifest import VERDICT
from simulation.studies.question import findings_data
from simulation.studies.question.findings_data import (
    KeptAnswer,
    KeptShare,
    file_beside,
    in_order,
    read_kept,
    verdicts_in,
    write_kept,
)
from simulation.studies.question.findings_page import findings_page, rules_now

ONE = KeptAnswer(
    name="call-centre", market="base", question="Where do they sit?", source="A text.",
    claim="They sit inside.", rule="In nine of ten futures.", verdict="undecided",
    more="leans to yes", begins="Undecided", outcomes="holds in 7 of 10 futures of the base market",
    holds=KeptShare(0.7, 0.6, 0.8), same=0.1, fails=0.2, compared="the effect of “inside”",
    effect="+1 %", amount="+1 % of all value, or +3 EUR per customer and year", where="",
    answer=("Undecided.", "More is not known."), futures=128, tried=1536, seeds=2, people=1500,
    months=60, quick=False, chance=0.001, model="1+a", finished="2026-11-02T10:00:00+00:00",
)  # fmt: skip


def test_answers_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    file = file_beside(tmp_path / "found.md")
    assert file == tmp_path / "found.json"
    assert read_kept(file) == []
    answers = [ONE, replace(ONE, market="telecom", where="It holds where a is high.")]
    write_kept(file, answers)
    assert read_kept(file) == answers


def test_of_two_answers_the_full_one_and_then_the_newer_one_is_kept() -> None:
    newer = replace(ONE, verdict="supported", finished="2026-11-03T10:00:00+00:00")
    quick = replace(ONE, verdict="refuted", quick=True, finished="2026-12-01T10:00:00+00:00")
    assert in_order([newer, quick, ONE]) == [newer]
    assert in_order([quick]) == [quick]


def test_verdicts_in_folders_are_ranked_as_answers_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One full verdict in a folder between an older and a quick, later one; one not finished."""

    def write(name: str, **changes: object) -> None:
        verdict = {"name": "call-centre", "market": "base", "quick": False, "shares": {},
                   "finished": "2026-11-02", **changes}  # fmt: skip
        folder = tmp_path / "call-centre" / name
        folder.mkdir(parents=True)
        (folder / VERDICT).write_text(json.dumps(verdict), encoding="utf-8")

    write("a")
    write("b", finished="2026-11-03")
    write("c", finished="2026-12-01", quick=True)
    write("d", finished="2026-12-02")
    write("e", market="saas", quick=True)
    monkeypatch.setattr(findings_data, "_is_complete", lambda folder: folder.name != "d")
    folders = {cell: Path(one["folder"]).name for cell, one in verdicts_in(tmp_path).items()}
    assert folders == {("call-centre", "base"): "b", ("call-centre", "saas"): "e"}


def test_answers_come_by_question_and_then_by_market_those_of_ones_own_last() -> None:
    mine = replace(ONE, name="my-question")
    here = replace(ONE, market="scenarios/mine.toml")
    bank, first = replace(ONE, market="retail_bank"), replace(ONE, name="innovation-alone")
    assert in_order([mine, here, bank, ONE, first]) == [first, ONE, bank, here, mine]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"name": "a package of another kind"}',
        json.dumps({"format": 99, "answers": []}),
        json.dumps({"format": 1, "answers": [{"name": "call-centre"}]}),
        json.dumps({"format": 1, "answers": [{**asdict(ONE), "holds": 0.7}]}),
        json.dumps({"format": 1, "answers": [{**asdict(ONE), "more_of_it": 1}]}),
    ],
)
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "found.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ResultError, match="does not hold answers"):
        read_kept(file)


def test_the_page_says_what_is_not_asked_and_how_each_market_was_answered() -> None:
    other = replace(ONE, market="saas", tried=1792, model="1+b")
    quick = replace(other, name="one-view", quick=True, futures=64, verdict="depends", more="")
    page = findings_page([ONE, other, quick], "found.json", {}).replace("\u00a0", " ")
    assert "[found.json](found.json)" in page
    assert "Asked in 2 markets: base and saas, not yet in telecom and retail bank." in page
    assert "| [one-view](#one-view) | not asked | **depends**: 70 / 10 / 20 % (+1 %) |" in page
    assert "- `cocreate ask --all --market base`: 128 futures of 1,536 tried" in page
    assert "60 months, model 1+b (call-centre)" in page
    assert "`cocreate ask QUESTION --market saas --quick`: 64 futures" in page
    assert "If all 2 claims held" in page
    assert "several versions of the model" in page  # saas was answered by another
    assert "several versions of the model" not in findings_page([ONE], rules={})


def test_an_answer_by_an_earlier_rule_is_marked_and_states_it() -> None:
    """The rule in the question's file is what the page shows as the rule."""
    new = replace(ONE, market="saas", rule="More is kept in nine of ten futures.")
    page = findings_page([ONE, new], rules={ONE.name: new.rule}).replace("\u00a0", " ")
    row = next(line for line in page.splitlines() if line.startswith(f"| [{ONE.name}]"))
    base, saas = row.split(" | ")[1:]
    assert base.endswith("†")
    assert "†" not in saas
    assert "† Judged by an earlier rule" in page
    assert f"Rule: {new.rule}" in page
    assert f"*base*, by an earlier rule (“{ONE.rule}”): " in page
    assert "*saas*: " in page
    assert "†" not in findings_page([ONE, new], rules={})


def test_answers_that_were_judged_more_boldly_are_marked() -> None:
    newer = replace(ONE, market="saas", judging=ONE.judging + 1)
    page = findings_page([ONE, newer], rules={}).replace("\u00a0", " ")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| [{ONE.name}]")]
    base, saas = row.strip("| ").split(" | ")[1:]
    assert base.endswith("‡")
    assert "‡" not in saas
    assert "the intervals are too narrow" in page
    assert "‡" not in findings_page([ONE], rules={})


def test_answers_kept_before_that_was_said_are_of_the_first_way_of_judging(tmp_path: Path) -> None:
    write_kept(tmp_path / "kept.json", [ONE])
    data = json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))
    del data["answers"][0]["judging"]
    (tmp_path / "kept.json").write_text(json.dumps(data), encoding="utf-8")
    assert read_kept(tmp_path / "kept.json") == [replace(ONE, judging=1)]


def test_the_page_begins_with_all_claims_by_what_is_said_of_them() -> None:
    market, other, third = ("base", "telecom", "saas")
    first = replace(ONE, market=market, verdict="refuted", more="")
    alike, not_alike = replace(first, market=other), replace(first, market=third, verdict="depends")
    open_ = replace(
        first, name="another", claim="So it is.", verdict="undecided", more="leans to no"
    )
    page = findings_page([first, alike, not_alike, open_], rules={}).replace("\u00a0", " ")
    minute = page[page.index("## In a minute") : page.index("## In words")]
    assert "answer in the base market" in minute
    assert (
        f"- **No**\n    - [{ONE.claim.rstrip('.')}](#{ONE.name}) (also refuted in telecom)"
        in minute
    )
    assert "- **Undecided**\n    - [So it is](#another): leans to no\n" in minute
    assert "**Yes**" not in minute
    everywhere = findings_page([first, alike], rules={}).replace("\u00a0", " ")
    assert "(refuted everywhere)" in everywhere


def test_the_rules_that_count_are_those_of_the_files() -> None:
    rules = rules_now(["whole-journey", "a question that has no file"])
    assert list(rules) == ["whole-journey"]
    assert "renewal" in rules["whole-journey"]
