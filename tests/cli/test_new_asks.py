"""``cocreate new --ask``: ten questions, and a scenario in the user's own names and currency."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulation.cli.app import app
from simulation.scenario.interview import MARKETS
from simulation.scenario.load import examine, load_scenario
from simulation.scenario.units import Units

ANSWERS = ["telecom", "Nordtel", "Südfunk", "SEK", "250,000", "299", "249",
           "call centre, shop, product_use, help_pages", "85", "6000000"]  # fmt: skip


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def answer(lines: list[str], *words: str, code: int = 0) -> tuple[str, str]:
    typed = "".join(f"{line}\n" for line in lines)
    told = CliRunner().invoke(app, ["new", "mine", "--ask", *words], input=typed)
    assert told.exit_code == code, told.output
    return told.stdout, told.stderr


def test_ten_answers_make_a_scenario_that_is_valid_and_say_what_to_type_next() -> None:
    out, err = answer(ANSWERS)
    assert "cocreate run mine.toml" in out
    assert "cocreate validate mine.toml" in out
    assert err.count(" of at most 10: ") == 8
    assert "9 of 10: Of a hundred customers who call" in err
    assert "10 of 10: What does Nordtel spend" in err
    assert examine("mine.toml").warnings == ()
    assert load_scenario("mine").market == "telecom"


def test_prices_budget_and_people_are_as_answered_in_their_currency() -> None:
    answer(ANSWERS)
    scenario = load_scenario("mine")
    units = Units.of(scenario)
    paid = [units.each(one.price + one.usage_price, "money/month") for one in scenario.companies]
    assert [unit for _, unit in paid] == ["SEK/month"] * 2
    assert [value for value, _ in paid] == pytest.approx([299, 249], rel=1e-3)
    funding = scenario.companies[0].funding
    spent = funding.innovation + funding.marketing_sales + funding.experience_platform
    budget = units.each(spent * 250_000 / 1000, "money/month")[0]
    assert budget == pytest.approx(6_000_000, rel=1e-3)
    assert scenario.population.represents == 250_000
    assert [units.label(one.name) for one in scenario.companies] == ["Nordtel", "Südfunk"]


def test_the_price_stands_to_everything_else_as_in_the_market_it_extends() -> None:
    answer(ANSWERS)
    own, market = load_scenario("mine"), load_scenario("telecom")
    assert own.companies[0].price == pytest.approx(market.companies[0].price, rel=1e-3)
    assert own.population.money == market.population.money


def test_touchpoints_that_are_not_named_are_not_offered_and_the_desk_answers_in_time() -> None:
    answer(ANSWERS)
    own = load_scenario("mine").companies[0].touchpoints
    assert {name for name, one in own.items() if one.offered} == {"call_centre"}
    assert own["call_centre"].service_level == 0.85
    assert "shop" not in own
    assert own["advertising"].offered is False


@pytest.mark.parametrize("market", MARKETS)
def test_empty_lines_take_the_defaults_in_every_market(market: str) -> None:
    answer([market, *[""] * 9])
    own, base = load_scenario("mine"), load_scenario(market)
    assert examine("mine.toml").warnings == examine(market).warnings
    for name in ("innovation", "marketing_sales", "experience_platform"):
        usual = getattr(base.companies[0].funding, name)
        assert getattr(own.companies[0].funding, name) == pytest.approx(usual, rel=1e-2)


@pytest.mark.parametrize(
    ("place", "line", "text"),
    [
        (0, "telecon", 'Answer 1 (industry): Did you mean "telecom"?'),
        (4, "many", 'Answer 5 (people): Write a number in digits. Got "many".'),
        (5, "-3", "Answer 6 (price): Write a number above 0."),
        (7, "shopp", 'Answer 8 (channels): "shopp" is not among them. Did you mean "shop"?'),
        (4, "50,5", "Answer 5 (people): Write a whole number"),
        (4, "250.000", "Answer 5 (people): Write 250000, or 250: the point may mean both."),
        (8, "0,7", "Answer 9 (staff): Write a number from 1 to 100."),
        (8, "120", "Answer 9 (staff): Write a number from 1 to 100."),
    ],
)
def test_a_wrong_answer_from_standard_input_is_an_error(place: int, line: str, text: str) -> None:
    lines = [*ANSWERS[:place], line, *ANSWERS[place + 1 :]]
    _, err = answer(lines, code=2)
    assert text in err
    assert not Path("mine.toml").exists()


@pytest.mark.parametrize(
    ("line", "price"),
    [("49,90", 49.9), ("0,5", 0.5), ("1.234,56", 1234.56), ("1,234", 1234), ("1'234", 1234)],
)
def test_a_price_with_a_decimal_comma_is_read_as_meant_and_said_back(
    line: str, price: float
) -> None:
    _, err = answer([*ANSWERS[:5], line, *ANSWERS[6:]])
    assert f"Read as {price:g}" in err
    scenario = load_scenario("mine")
    company = scenario.companies[0]
    paid = Units.of(scenario).each(company.price + company.usage_price, "money/month")[0]
    assert paid == pytest.approx(price, rel=1e-3)


def test_a_number_in_plain_digits_is_not_said_back() -> None:
    _, err = answer([*ANSWERS[:4], "250000", *ANSWERS[5:]])
    assert "Read as" not in err


def test_a_budget_of_which_the_file_would_be_refused_is_refused_at_its_question() -> None:
    lines = ["base", "We", "They", "EUR", "1000", "0,01", "0.01", "call_centre", "70", "1e12"]
    _, err = answer(lines, code=2)
    assert "Answer 10 (budget): That is too much beside a price of 0.01 EUR" in err
    most = err.partition("Write at most ")[2].split()[0].rstrip(".")
    answer([*lines[:-1], most])
    assert examine("mine.toml").warnings == ()


def test_a_file_named_like_its_market_extends_the_one_that_is_meant() -> None:
    done = CliRunner().invoke(
        app, ["new", "telecom", "--ask"], input="".join(f"{line}\n" for line in ANSWERS)
    )
    assert done.exit_code == 0, done.output
    assert load_scenario("telecom.toml").companies[0].label == "Nordtel"


@pytest.mark.parametrize("rival", ["Nordtel", " nordtel "])
def test_companies_have_different_names(rival: str) -> None:
    _, err = answer([*ANSWERS[:2], rival, *ANSWERS[3:]], code=2)
    assert 'Answer 3 (rival): Your company is called "' in err
    assert not Path("mine.toml").exists()


def test_without_a_call_centre_nobody_asks_for_its_staff() -> None:
    lines = [*ANSWERS[:7], "shop, product_use", "6000000"]
    _, err = answer(lines)
    assert "staff" not in err
    assert "8 of at most 10: Where do customers meet you?" in err
    assert "9 of 9: What does Nordtel spend" in err
    _, err = answer([*lines[:8], "85", "6000000"], "--force", code=2)
    assert "There are more answers than questions." in err


def test_answers_that_end_too_early_are_an_error() -> None:
    _, err = answer(ANSWERS[:3], code=2)
    assert "The answers end before question 4." in err
    assert "an empty line takes the default" in err
    assert not Path("mine.toml").exists()


def test_names_cannot_write_settings() -> None:
    answer(["base", 'A"]', "B'", *[""] * 7])
    assert [one.label for one in load_scenario("mine").companies] == ['A"]', "B'"]


def test_a_template_does_not_go_with_questions() -> None:
    _, err = answer([], "--from", "saas", code=2)
    assert "--from does not go with --ask." in err


def test_all_channels_are_those_that_the_market_has() -> None:
    _, err = answer([*ANSWERS[:7], "All", *ANSWERS[8:]])
    assert "call_centre" in err.partition("or all, of")[2].partition("[all]")[0]
    stated, market = (load_scenario(name).companies[0].touchpoints for name in ("mine", "telecom"))
    assert {name for name, one in stated.items() if not one.offered} == {
        name for name, one in market.items() if not one.offered
    }


def test_all_wrong_answers_of_a_file_are_named_at_once() -> None:
    lines = [*ANSWERS]
    lines[1], lines[3], lines[8], lines[9] = "N" * 41, "S" * 41, "120", "much"
    err = answer(lines, code=2)[1]
    for n, key in ((2, "company"), (4, "currency"), (9, "staff"), (10, "budget")):
        assert err.count(f"Answer {n} ({key})") == 1


def test_an_answer_that_rests_on_a_wrong_one_is_not_called_wrong() -> None:
    """Which channels there are is not known without the market, nor if staff are asked about."""
    lines = ["telecon", *ANSWERS[1:7], "kiosk", "120", "-3"]
    lines[4] = "many"
    err = answer(lines, code=2)[1]
    assert "Answer 1 (industry)" in err
    assert "Answer 5 (people)" in err
    assert "(channels)" not in err
    assert "(staff)" not in err  # whether it is asked depends on the market
