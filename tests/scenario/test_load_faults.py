"""What people write wrong: each fault with its exact place, its rule, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.errors import ScenarioError
from simulation.experiment.files import is_experiment
from simulation.scenario.load import load_scenario

EXTENDS = 'extends = "small"\n'
FOCAL = EXTENDS + '[[companies]]\nname = "focal"\n'
SHOP = EXTENDS + '[[touchpoints]]\nname = "shop"\n'

ONE_FAULT = [
    # out of range
    (FOCAL + "price = -3\n", "4:1: companies.focal.price must be at least 0. Got -3."),
    (FOCAL + "price = -3\n", "Meaning: price a month, in money/month; the default is 0.35."),
    (FOCAL + "staff_skill = 1.01\n", "4:1: companies.focal.staff_skill must be between 0 and 1."),
    (FOCAL + "[companies.strategy]\nwhat = 60\n", "5:1: companies.focal.strategy.what must be"),
    (FOCAL + "[companies.strategy]\nwhat = 60\n", "for 60 % write 0.6."),
    (
        EXTENDS + "[encounter]\noffering_elasticity = 0\n",
        "3:1: encounter.offering_elasticity must be more than 0.",
    ),
    (EXTENDS + "[desks]\nall_hours = 800\n", "must be more than 0 and at most 744. Got 800."),
    (EXTENDS + "[population]\npeople = 3_000_000\n", "must be between 10 and 2000000."),
    (
        EXTENDS + "[desks]\npatience = inf\n",
        "3:1: desks.patience must be a finite number. Got inf.",
    ),
    (EXTENDS + "[reach]\nfade = nan\n", "3:1: reach.fade must be a finite number. Got nan."),
    # the wrong type
    (FOCAL + "price = true\n", "4:1: companies.focal.price must be a number. Got true."),
    (FOCAL + 'price = "0.3"\n', 'must be a number. Got "0.3". Write 0.3, without quotes.'),
    (FOCAL + 'price = "0,3"\n', "Write 0.3: decimals take a point."),
    (FOCAL + 'staff_skill = "60 %"\n', "Write 0.6."),
    (FOCAL + "price = [0.3]\n", "4:1: companies.focal.price must be a number. Got [0.3]."),
    (FOCAL + "price = 2024-01-01\n", "4:1: companies.focal.price must be a number."),
    (FOCAL + "teams = 2.5\n", "4:1: companies.focal.teams must be a whole number. Got 2.5."),
    (FOCAL + "teams = 2.0\n", "must be a whole number. Got 2.0. Write 2."),
    (FOCAL + "teams = true\n", "4:1: companies.focal.teams must be a whole number. Got true."),
    (
        SHOP + "listens = 1\n",
        "4:1: touchpoints.shop.listens must be true or false. Got 1. Write true",
    ),
    (SHOP + 'listens = "no"\n', 'Got "no". Write false, in small letters and without quotes.'),
    ('extends = "small"\ntitle = 3\n', '2:1: title must be text in quotes. Got 3. Write "3".'),
    (SHOP + 'area = "socail"\n', "4:1: touchpoints.shop.area must be one of crm, cem, social."),
    (SHOP + 'area = "socail"\n', 'Did you mean "social"?'),
    (SHOP + 'stages = "use"\n', '4:1: touchpoints.shop.stages must be a list of words. Got "use".'),
    (
        SHOP + 'stages = [\n  "use",\n  "ned",\n]\n',
        "6:3: touchpoints.shop.stages[1] must be one of",
    ),
    (FOCAL + "funding = 3\n", "4:1: companies.focal.funding must be a table. Got 3."),
    (FOCAL + "funding = 3\n", "Write [companies.funding] and below it innovation = …"),
    (
        FOCAL + "allocation = [1, 2]\n",
        "4:1: companies.focal.allocation must be a table of numbers.",
    ),
    (EXTENDS + "[desks]\nprofile = 3\n", "3:1: desks.profile must be a list of numbers. Got 3."),
    # keys
    (FOCAL + "pirce = 3\n", '4:1: companies.focal.pirce is not a parameter. Did you mean "price"?'),
    (EXTENDS + "[runs]\nmonths = 3\n", '2:2: runs is not a parameter. Did you mean "run"?'),
    (FOCAL + "funding = { innovation = 1, sales = 1 }\n", "4:29: companies.focal.funding.sales is"),
    (EXTENDS + "months = 3\n", "2:1: months is not a parameter. months belongs below [run]."),
    (EXTENDS + "[strategy]\nlean = 1\n", "Write [companies.strategy] below the [[companies]]"),
    (FOCAL + "[companies.strategy]\nprice = 3\n", "price belongs to companies: put it above"),
    (FOCAL + 'title = "x"\n', "title belongs at the top of the file, above the first [header]."),
    (FOCAL + "[companies.network]\nties = 3\n", "It is a section of its own: write [network]."),
    (
        FOCAL + "allocation = { Shop = 1 }\n",
        "4:16: companies.focal.allocation.Shop has a key that is",
    ),
    (FOCAL + 'allocation = { "a.b" = 1 }\n', 'Write "a_b".'),
    (
        EXTENDS + '"companies.focal.strategy.alignment" = 1\n',
        'write [[companies]], name = "focal", [companies.strategy], alignment = …, a line each.',
    ),
    (EXTENDS + '"run.months" = 1\n', "In a file write [run], months = …, a line each."),
    (EXTENDS + '"companies[0].price" = 1\n', 'write [[companies]], name = "…", price = …'),
    # tables and lists of tables
    (FOCAL + "funding = [1, 2]\n", "4:1: companies.focal.funding must be a table. Got [1, 2]."),
    (EXTENDS + "[companies.strategy]\nlean = 1\n", 'name = "…" above [companies.strategy].'),
    (EXTENDS + "[events]\nmonth = 1\n", "2:2: events is a list of tables. Write [[events]]"),
    (
        EXTENDS + "[[run]]\nmonths = 3\n",
        "2:3: run is one table, not a list. Write [run] with single",
    ),
    (
        EXTENDS + '[companies]\nname = "x"\n',
        "2:2: companies is a list of tables. Write [[companies]]",
    ),
    (EXTENDS + "[companies.focal]\nprice = 1\n", 'is a list, so "focal" cannot be a key of it.'),
    (
        EXTENDS + "[companies.focal]\nprice = 1\n",
        'Write [[companies]] with name = "focal" below it',
    ),
    (EXTENDS + 'companies = ["focal"]\n', '2:14: companies[2] must be a table. Got "focal".'),
    (EXTENDS + "segments = 3\n", "2:1: segments must be a list of tables. Got 3."),
    # entries
    (EXTENDS + "[[companies]]\nprice = 1\n", "2:3: companies[2].name is missing."),
    (EXTENDS + '[[companies]]\nname = "Big Co"\n', 'Got "Big Co". Write "big_co".'),
    (EXTENDS + f'[[companies]]\nname = "{"x" * 41}"\n', "at most 40 long"),
    (EXTENDS + '[[touchpoints]]\nname = "forum"\n', "2:3: touchpoints.forum.stages is missing."),
    (EXTENDS + '[[touchpoints]]\nname = "call_center"\n', 'did you mean "call_centre" instead of'),
    (EXTENDS + '[[jobs]]\nname = "x"\n', "2:3: jobs.x.outcomes is missing. Write outcomes = ["),
    (
        FOCAL + '[[companies]]\nname = "focal"\n',
        "4:3: companies.focal is given twice (first on line 2).",
    ),
    (
        EXTENDS + '[[companies]]\nname = "rivall"\nremove = true\n',
        "2:3: companies.rivall cannot be removed: nothing inherited has this name.",
    ),
    (
        EXTENDS + '[[companies]]\nname = "rivall"\nremove = true\n',
        'Did you mean "rival"?',
    ),
    (FOCAL + "remove = false\n", "4:1: companies.focal.remove can only be true. Got false."),
    (FOCAL + "remove = true\nprice = 1\n", "is to be removed, so it cannot set price."),
    (
        EXTENDS + "[[companies]]\nremove = true\n",
        "2:3: companies says remove = true but has no name.",
    ),
    # extends
    (
        'extends = "smal"\n',
        '1:1: extends names a scenario that does not exist: "smal". Did you mean',
    ),
    ("extends = 3\n", '1:1: extends must be the name of a scenario. Got 3. Write extends = "base"'),
    ('extends = ["small", "base"]\n', "a scenario extends one other."),
    ('[run]\nextends = "small"\n', "extends belongs at the top of the file"),
    # nothing inherited
    ("", 'segments is missing. Add at least one [[segments]], or extends = "base" at the top.'),
    (
        "segments = []\njobs = []\ncompanies = []\n",
        "segments must have at least one entry. Add one: [[segments]]",
    ),
    # an experiment
    ('extends = "base"\n[levers]\n', "2:2: levers makes this an experiment, not a scenario."),
    ('scenario = "base"\n', "1:1: scenario makes this an experiment, not a scenario."),
    ('question = "Why?"\n', "1:1: question makes this an experiment, not a scenario."),
    # a faulty event
    (
        EXTENDS + '[[events]]\nmonth = 0\nset = { "reach.fade" = 0 }\n',
        "3:1: events[0].month must be",
    ),
    (EXTENDS + "[[events]]\nmonth = 3\n", "2:3: events[0].set is missing."),
    (
        EXTENDS + "[[events]]\nmonth = 3\nset = 4\n",
        "4:1: events[0].set must be a table of parameter",
    ),
]


@pytest.mark.parametrize(("text", "said"), ONE_FAULT)
def test_a_fault_says_where_what_and_how(faults, text: str, said: str) -> None:
    told = [str(fault) for fault in faults(text)]
    assert any(said in one for one in told), told
    assert all(one.startswith("case.toml:") for one in told)


SYNTAX = [
    ("price = 0,35", 1, 10, "Write decimals with a point"),
    ("title = 'x'\nprice = .5", 2, 9, "A decimal point needs a digit on both sides"),
    ("listens = True", 1, 11, "Write true or false, in small letters"),
    ("area = crm", 1, 8, "Put text in quotes"),
    ("title = “abc”", 1, 9, "Use straight quotes"),
    ('title = "abc\n', 1, 13, "Close the quotes"),
    ("price: 3", 1, 6, "Write key = value"),
    ("my price = 3", 1, 4, "A key must not contain spaces"),
    ("price = ", 1, 8, "Leave the line out"),
    ("price = null", 1, 9, "Leave the line out"),
    ("share = 50%", 1, 11, "0.5 for 50 %"),
    ("people = 10,000", 1, 12, "10000 or 10_000"),
    ("people = 10 000", 1, 13, "10000 or 10_000"),
    ("stages = [\n 1 2]", 2, 4, "A list needs commas"),
    ("x = {a = 1,\n b = 2}", 1, 12, "stands on one line"),
    ("companies[0].price = 3", 1, 10, "Write [[companies]]"),
    ("[run\nmonths = 3", 1, 5, "Close the header"),
    ('a = "x" b = "y"', 1, 9, "one setting per line"),
    ("name = 'it's'", 1, 12, "in double quotes"),
    ("[run]\nmonths = 1\nmonths = 2", 3, 1, "Keep one of them"),
    ("[run]\n[run]", 2, 2, "Put its settings under one header"),
    ("[[companies]]\n[companies]", 2, 2, "[[companies]]"),
    ("[companies]\n[[companies]]", 2, 3, "[[companies]]"),
]


@pytest.mark.parametrize(("text", "line", "column", "hint"), SYNTAX)
def test_toml_errors_have_a_place_and_a_guess(faults, text, line, column, hint) -> None:
    (fault,) = faults(text)
    assert (fault.line, fault.column) == (line, column)
    assert hint in (fault.hint or "")


def test_all_faults_come_at_once_in_the_order_of_the_lines(faults) -> None:
    told = faults(
        EXTENDS
        + 'titel = "x"\n'  # 2
        + "[run]\nmonths = 0\n"  # 4
        + '[[companies]]\nname = "focal"\nprice = -1\nteams = "two"\n'  # 7, 8
        + "[companies.strategy]\nalignment = 2\nfoo = 1\n"  # 10, 11
        + '[[touchpoints]]\nname = "shop"\nowner = "nobody"\n'  # 14
        + "[population]\nskill_low = 0.9\n"  # 16
        + '[[events]]\nmonth = 3\nset = { "run.months" = 3, "network.ties" = 4 }\n'  # 19
    )
    assert [fault.line for fault in told] == [2, 4, 7, 8, 10, 11, 14, 16, 19, 19]
    assert len({str(fault) for fault in told}) == len(told)


def test_a_rule_is_not_blamed_for_a_value_that_is_wrong_itself(faults) -> None:
    told = faults(EXTENDS + '[population]\nskill_low = 0.9\nskill_high = "high"\n')
    assert [fault.key for fault in told] == ["population.skill_high"]


def test_a_wrong_name_does_not_make_its_users_wrong(faults) -> None:
    told = faults(
        EXTENDS
        + '[[partners]]\nname = "Help Inc"\n'
        + '[[touchpoints]]\nname = "forum"\nowner = "help_inc"\nstages = ["use"]\n'
    )
    assert [fault.key for fault in told] == ["partners[1].name"]


def test_a_fault_in_an_inherited_value_points_to_the_file_that_wrote_it(write) -> None:
    write(EXTENDS + '\n[[companies]]\nname = "rival"\nprice = -2\n', "middle")
    write('extends = "middle"\n[[companies]]\nname = "rival"\nteams = 0\n')
    with pytest.raises(ScenarioError) as caught:
        load_scenario("case")
    places = {(f.file, f.line, f.column, f.key) for f in caught.value.faults}
    assert places == {
        (Path("middle.toml"), 5, 1, "companies.rival.price"),
        (Path("case.toml"), 4, 1, "companies.rival.teams"),
    }


def test_a_rule_between_two_files_points_to_the_upper_one(write) -> None:
    write(EXTENDS + "[population]\nskill_low = 0.3\n", "middle")
    write('extends = "middle"\n# lower\n[population]\nskill_high = 0.2\n')
    with pytest.raises(ScenarioError) as caught:
        load_scenario("case")
    (fault,) = caught.value.faults
    assert (fault.file, fault.line, fault.key) == (Path("case.toml"), 4, "population.skill_low")


def test_whole_numbers_are_welcome_where_numbers_are_asked_for(write) -> None:
    assert load_scenario(write(FOCAL + "price = 1\n")).companies[0].price == 1.0


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("smal", "smal: no such scenario. Did you mean small.toml?"),
        ("smal.toml", "smal.toml: no such scenario. Did you mean small.toml?"),
        ("zzzzzz", "zzzzzz: no such scenario. There are "),
        (
            ".",
            ".: is a folder, not a scenario file. It holds deep.toml, latin.toml and small.toml.",
        ),
        ("result.json", "result.json: is not a scenario. Scenarios are TOML files"),
        ("latin.toml", "latin.toml: is not a text file in UTF-8. Save it as UTF-8."),
        ("deep.toml", "deep.toml:1:5: has keys or brackets nested more than 24 deep."),
    ],
)
def test_files_that_are_not_there_or_not_scenarios(write, given: str, said: str) -> None:
    Path("result.json").write_text("{}")
    Path("latin.toml").write_bytes('title = "é"'.encode("latin-1"))
    Path("deep.toml").write_text("a = " + "[" * 5000)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(given)
    assert str(caught.value).startswith(said)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(write) -> None:
    text = FOCAL + "price = -1\n"
    Path("case.toml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    with pytest.raises(ScenarioError) as caught:
        load_scenario("case")
    assert [(fault.line, fault.column) for fault in caught.value.faults] == [(4, 1)]


def test_of_many_faults_the_first_hundred_are_explained(tmp_path: Path) -> None:
    wrong = "\n".join(f"smaple_low_{number} = 1" for number in range(400))
    path = tmp_path / "many.toml"
    path.write_text(f'extends = "base"\n[listening]\n{wrong}\n')
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    texts = [fault.message for fault in caught.value.faults]
    assert len(texts) == 101
    assert texts.count("has more faults than the 100 that are explained.") == 1


@pytest.mark.parametrize("text", ["deep = " + "[" * 1000, "a." * 20_000 + "b = 1", "x" * 2_100_000])
def test_what_reads_a_file_to_see_its_kind_takes_its_measure_first(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "odd.toml"
    path.write_text(text)
    assert not is_experiment(path)
