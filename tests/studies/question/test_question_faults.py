"""Everything that is wrong with a question's file is said at once, whichever sections it is in."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from simulation.errors import ExperimentError, InputError
from simulation.experiment.load import Changes
from simulation.studies.question.load import load_question

FILE = """
question = "Does it pay?"
source = "a source"
scenario = "base"
replicates = 2
series = ["adoption"]
[set]
"run.warm_up" = 24
[levers.works]
levels."as today" = {}
levels.more = { "companies.focal.strategy.outside_in" = 0.9 }
levels.teach = { "companies.focal.strategy.education" = 0.7 }
levels.less = { "companies.focal.price" = "50%" }
[uncertainties]
"journey.problem_rate" = { range = [0.1, 0.5] }
[design]
kind = "futures"
n = 32
[outcomes]
value = { metric = "co_created_value", window = "last 12 months" }
[verdict]
claim = "It pays."
rule = "It is better in nine of ten futures."
margin = "1%"
[[verdict.must]]
more = ["more"]
than = ["as today"]
"""

WRONG = {
    "top key": ("source = ", "sauce = ", "sauce"),
    "question": ('"Does it pay?"', "3", "question"),
    "replicates": ("replicates = 2", "replicates = 1", "replicates"),
    "replicates, no number": ("replicates = 2", 'replicates = "two"', "replicates"),
    "series": ('["adoption"]', "[3]", "series"),
    "posterior": ("replicates", 'posterior = "nowhere"\nreplicates', "nowhere"),
    "set": ('"run.warm_up" = 24', '"run.warm_up" = -1', "run.warm_up"),
    "set, unknown": ('"run.warm_up"', '"run.warm_upp"', "run.warm_upp"),
    "levers, a level": ("outside_in", "outside_inn", "outside_inn"),
    "levers, a value": ("= 0.7", "= 7.0", "education must be"),
    "levers, a share": ('"50%"', '"half%"', "half%"),
    "uncertainties": ("[0.1, 0.5]", "[0.5, 0.1]", "problem_rate"),
    "design, n": ("n = 32", 'n = "many"', "design.n"),
    "design, a key": ("n = 32", "nn = 32", "design.nn"),
    "design, kind": ('"futures"', '"futurs"', "design.kind"),
    "outcomes": ("last 12 months", "last year", "outcomes.value.window"),
    "verdict, a key": ("claim =", "clam =", "verdict.clam"),
    "verdict, margin": ('margin = "1%"', "margin = 1", "verdict.margin"),
    "verdict, an arm": ('more = ["more"]', 'more = ["moor"]', "is not an arm: moor"),
    "verdict, an effect": ('than = ["as today"]', 'of = "nobody"', "verdict.must[0].than"),
}
"""What is written instead of what, and what the fault then says."""


def said(path: Path, *names: str, changes: Changes | None = None) -> str:
    """Return what is said of a file in which some things are wrong."""
    text = FILE
    for name in names:
        old, new, _ = WRONG[name]
        assert text.count(old) == 1
        text = text.replace(old, new)
    file = path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_question(str(file), changes=changes)
    return str(caught.value)


def test_the_file_itself_is_right(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(FILE, encoding="utf-8")
    question = load_question(str(file))
    assert (question.wanted, len(question.seeds)) == (32, 2)


@pytest.mark.parametrize("name", WRONG)
def test_each_fault_is_said_alone(tmp_path: Path, name: str) -> None:
    lines = said(tmp_path, name).splitlines()
    assert any(WRONG[name][2] in line for line in lines)
    assert len(lines) == len(set(lines))
    assert len(lines) <= 3


def _clash(one: str, other: str) -> bool:
    """Whether two faults are of the same text, or the second is hidden by what it refers to."""
    pair = WRONG[one][0], WRONG[other][0]
    return pair[0] in pair[1] or pair[1] in pair[0] or pair[0] == pair[1]


PAIRS = [pair for pair in itertools.combinations(WRONG, 2) if not _clash(*pair)]


def test_pairs_are_of_all_sections() -> None:
    sections = {name.partition(",")[0] for name in WRONG}
    joined = {frozenset(name.partition(",")[0] for name in pair) for pair in PAIRS}
    every = {frozenset(pair) for pair in itertools.combinations(sections, 2)}
    assert every - joined == {frozenset(("replicates", "posterior"))}


def test_both_of_every_pair_are_said(tmp_path: Path) -> None:
    missing = []
    for pair in PAIRS:
        text = said(tmp_path, *pair)
        missing += [(name, pair) for name in pair if WRONG[name][2] not in text]
    assert missing == []


def test_all_that_is_wrong_is_said_of_a_file_in_which_everything_is(tmp_path: Path) -> None:
    names = ["top key", "question", "replicates", "series", "set", "levers, a level",
             "levers, a share", "uncertainties", "design, n", "outcomes", "verdict, a key",
             "verdict, margin", "verdict, an arm"]  # fmt: skip
    text = said(tmp_path, *names)
    assert [name for name in names if WRONG[name][2] not in text] == []


def test_what_is_checked_against_the_market_alone_waits_for_a_market(tmp_path: Path) -> None:
    """Without its scenario, a lever's path means nothing; all the rest is said beside it."""
    file = tmp_path / "mine.toml"
    for market in ('scenario = "nowhere"', "scenario = 3", ""):
        text = FILE.replace('scenario = "base"', market)
        for name in ("replicates", "design, n", "outcomes", "verdict, margin", "verdict, an arm"):
            old, new, words = WRONG[name]
            file.write_text(text.replace(old, new), encoding="utf-8")
            with pytest.raises(ExperimentError) as caught:
                load_question(str(file))
            assert "scenario" in str(caught.value)
            assert words in str(caught.value)


def test_what_is_typed_and_what_is_written_are_said_together(tmp_path: Path) -> None:
    changes = Changes(replicates=1, settings={"run.warm_up": -3}, design={"n": 0})
    text = said(tmp_path, "verdict, margin", "levers, a level", changes=changes)
    for words in ("replicates", "run.warm_up", "design.n", "verdict.margin", "outside_inn"):
        assert words in text


@pytest.mark.parametrize("part", ["set", "levers", "design", "outcomes", "verdict"])
def test_a_section_that_is_no_table_is_said_and_so_is_the_rest(tmp_path: Path, part: str) -> None:
    """Each is given as a number instead, with another fault beside it."""
    kept = [f"{piece}" for piece in FILE.split("\n[")
            if not piece.startswith((part, f"[{part}"))]  # fmt: skip
    text = f"{part} = 3\n" + "\n[".join(kept).replace("replicates = 2", "replicates = 0")
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ExperimentError) as caught:
        load_question(str(file))
    assert f"{part} must be a table" in str(caught.value)
    assert "replicates must be" in str(caught.value)


def test_arms_that_no_event_can_make_are_said_together_with_the_rest(tmp_path: Path) -> None:
    text = FILE.replace("levels.less =", 'levels.less = { "run.months" = 30 }\nlevels.other =')
    text = text.replace('than = ["as today"]', 'than = ["less"]')
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ExperimentError, match="cannot be set by an event"):
        load_question(str(file))
    file.write_text(text.replace("n = 32", "n = 0"), encoding="utf-8")
    with pytest.raises(ExperimentError) as caught:
        load_question(str(file))
    assert "cannot be set by an event" in str(caught.value)
    assert "design.n" in str(caught.value)
