"""Up to ten questions about a business, and the scenario that their answers make.

The scenario extends the market that is nearest. One unit of money is set so that the asker's price
stands to what people have and what things are worth as it does in that market; the market that was
held against published figures stays one, in the asker's names, currency and numbers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault
from simulation.scenario.accept import accept
from simulation.scenario.files import read_layers, stack
from simulation.scenario.numerals import may_be_thousands, number_in
from simulation.scenario.rules import GREATEST
from simulation.scenario.scenario import Scenario
from simulation.scenario.suggest import did_you_mean, listed, number_text
from simulation.scenario.tree import plant
from simulation.scenario.write import value_text

if TYPE_CHECKING:
    from simulation.scenario.schema import CompanySection

MARKETS = {
    "telecom": "contracts, frequent problems, a call centre",
    "saas": "software for business users who must learn it",
    "retail_bank": "branches, advice, loyal customers",
    "community_product": "users who teach and help each other",
    "base": "none of these: a general market with two companies",
}
FUNCTIONS = ("innovation", "marketing_sales", "experience_platform")
SERVICE = "call_centre"
RIVAL = "Rival"
MOST_PEOPLE, MOST_MONEY, LEAST_MONEY = 10**11, 1e15, 1e-6
PEERS = "peers"
"""Owner of touchpoints that no company can close, and so not asked about."""

ALL = "all"
"""Stands for all channels that the market's first company has."""

Answers = dict[str, Any]
Parse = Callable[[str, Answers], Any]


class WrongAnswerError(ValueError):
    """An answer that cannot be used, with what can."""


@dataclass(frozen=True)
class InterviewQuestion:
    """A question of the interview.

    Attributes:
        key: its name among the answers.
        text: what is asked, given the answers so far.
        default: the answer that an empty line gives, given the answers so far.
        parse: turns a line into an answer, or raises ``WrongAnswerError``.
        is_asked: whether the answer matters, given the answers so far.
        depends_on: the question of whose answer that is; it is known from the start where empty.
    """

    key: str
    text: Callable[[Answers], str]
    default: Callable[[Answers], str]
    parse: Parse
    is_asked: Callable[[Answers], bool] = lambda _: True
    depends_on: str = ""


def counter(place: int, left: list[InterviewQuestion], answers: Answers) -> str:
    """Return where a question stands: "3 of at most 10", "9 of 9" once it is known how many.

    Args:
        place: of the question, from 1.
        left: the questions after it that may be asked.
        answers: the answers before it.
    """
    is_open = any(one.depends_on and one.depends_on not in answers for one in left)
    return f"{place} of {'at most ' if is_open else ''}{place + len(left)}"


def questions(load: Callable[[str], Scenario]) -> list[InterviewQuestion]:
    """Return the questions, at most ten; ``load`` gives the scenario of a market."""

    def market(answers: Answers) -> Scenario:
        return load(str(answers["industry"]))

    def rival_price(answers: Answers) -> str:
        ours, rival = (_paid(company) for company in market(answers).companies[:2])
        return number_text(_rounded(answers["price"] * rival / ours))

    def budget(answers: Answers) -> str:
        funding = market(answers).companies[0].funding
        total = sum(getattr(funding, name) for name in FUNCTIONS)
        money = total * answers["price"] / _paid(market(answers).companies[0])
        return number_text(_rounded(money * answers["people"] / 1000))

    def offered(answers: Answers) -> str:
        names = ", ".join(_offered(market(answers)))
        return f"Where do customers meet you? Names with commas, or {ALL}, of\n    {names}\n "

    def has_desk(answers: Answers) -> bool:
        named = answers.get("channels")
        return named is None or (SERVICE in named and _staff_follow(market(answers)))

    ask = InterviewQuestion
    kinds = "\n".join(f"    {name}: {text}" for name, text in MARKETS.items())
    return [
        ask("industry", lambda _: f"Which market is nearest to yours?\n{kinds}\n ",
                 lambda _: "base", _market),
        ask("company", lambda _: "What is your company called?", lambda _: "We", _name),
        ask("rival", lambda _: "And your strongest competitor?", _usual_rival, _rival),
        ask("currency", lambda _: "Currency?", lambda _: "EUR", _name),
        ask("people", lambda _: "How many people (or business users) could be customers, "
                 "yours and all others?", lambda _: "1000000", _count),
        ask("price", lambda answers: f"What does a customer of {answers['company']} pay a month, "
                 f"in {answers['currency']}?", _usual_price(market), _amount),
        ask("rival_price", lambda answers: f"And a customer of {answers['rival']}?", rival_price,
                 lambda line, answers: _limited(line, answers, market(answers))),
        ask("channels", offered, lambda _: ALL,
                 lambda line, answers: _channels(line, market(answers))),
        ask("staff", lambda _: "Of a hundred customers who call, how many reach one of your "
                 "staff within a minute?", lambda answers: _service(market(answers)), _percent,
                 has_desk, depends_on="channels"),
        ask("budget", lambda answers: f"What does {answers['company']} spend a month on "
                 "innovation, marketing, sales and customer experience together, "
                 f"in {answers['currency']}?",
                 budget, lambda line, answers: _limited(line, answers, market(answers),
                                                        answers["people"] / 1000)),
    ]  # fmt: skip


def interview_text(
    answers: Mapping[str, Any], market: Scenario, *, extends: str, schema: str | None
) -> str:
    """Return the scenario file that the answers make.

    Args:
        answers: the answers by key.
        market: the scenario that it extends.
        extends: how the new file names that scenario.
        schema: where the JSON Schema is, seen from the new file, if there is one.
    """
    focal, rival = market.companies[:2]
    per_unit = answers["price"] / _paid(focal)
    lines = [f"#:schema {schema}"] if schema else []
    lines += [
        f"extends = {value_text(extends)}",
        f"title = {value_text(f'{answers["company"]} and {answers["rival"]}')}",
        "",
        "# Money is counted in units that keep the price in proportion to what people have in the",
        f"# market that this extends: {number_text(_paid(focal))} units are your price.",
        "[currency]",
        f"name = {value_text(answers['currency'])}",
        f"per_unit = {value_text(float(per_unit))}",
        "",
        "[population]",
        f"represents = {value_text(answers['people'])}",
        "",
        "[[companies]]",
        f"name = {value_text(focal.name)}",
        f"label = {value_text(answers['company'])}",
        *_prices(focal, answers["price"], per_unit, answers),
        *_funding(answers, market, per_unit),
        *_touchpoints(answers, market),
        "",
        "[[companies]]",
        f"name = {value_text(rival.name)}",
        f"label = {value_text(answers['rival'])}",
        *_prices(rival, answers["rival_price"], per_unit, answers),
    ]
    return "\n".join(lines) + "\n"


def check_text(text: str, market: Path) -> None:
    """Refuse the text of a scenario that would not be accepted as a file.

    Args:
        text: what ``interview_text`` returned.
        market: the file of the scenario that it extends.

    Raises:
        ScenarioError: with every fault.
    """
    tree, faults = tomllib.loads(text), list[Fault]()
    del tree["extends"]
    accept(stack([plant(tree), *read_layers(market)], faults), faults, Scenario)


def understood(line: str, value: Any) -> str:
    """Return how a line was read as a number, in digits and a point alone; "" where it is so."""
    if not isinstance(value, int | float):
        return ""
    plain = number_text(value)
    return "" if line.strip().removesuffix("%").strip() == plain else plain


def _paid(company: CompanySection) -> float:
    """Return what a customer of mean usage pays a month."""
    return float(company.price + company.usage_price)


def _prices(
    company: CompanySection, paid: float, per_unit: float, answers: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the prices of a company, divided into their parts as in the market."""
    for name in ("price", "usage_price"):
        part = getattr(company, name) / _paid(company)
        if part:
            setting = f"{name} = {value_text(_rounded(part * paid / per_unit))}"
            yield setting.ljust(28) + _money("a month", part * paid, answers)


def _funding(answers: Mapping[str, Any], market: Scenario, per_unit: float) -> list[str]:
    """Return the funding: the budget a thousand people, divided as in the market."""
    usual = market.companies[0].funding
    total = sum(getattr(usual, name) for name in FUNCTIONS)
    budget = answers["budget"] / per_unit / (answers["people"] / 1000)
    lines = ["[companies.funding]"]
    for name in FUNCTIONS:
        part = getattr(usual, name) / total
        amount = _rounded(budget * part)
        text = f"{name} = {value_text(float(amount))}".ljust(28)
        lines.append(text + _money("a month", answers["budget"] * part, answers))
    return lines


def _touchpoints(answers: Mapping[str, Any], market: Scenario) -> list[str]:
    lines = []
    for touchpoint in market.touchpoints:
        name = touchpoint.name
        if name not in answers["channels"] and touchpoint.owner != PEERS:
            lines += [f"[companies.touchpoints.{name}]", "offered = false"]
        elif name == SERVICE and "staff" in answers:
            lines += [f"[companies.touchpoints.{name}]",
                      f"service_level = {value_text(min(answers['staff'] / 100, 0.99))}",
                      "within = 1.0".ljust(28) + "# minutes"]  # fmt: skip
    return lines


def _money(words: str, value: float, answers: Mapping[str, Any]) -> str:
    return f"# {number_text(_rounded(value))} {answers['currency']} {words}"


# --- answers -------------------------------------------------------------------------------------


def _market(line: str, _: Answers) -> str:
    if line not in MARKETS:
        guess = did_you_mean(line, list(MARKETS)) or f"There are {listed(list(MARKETS))}."
        raise WrongAnswerError(guess)
    return line


def _name(line: str, _: Answers) -> str:
    if len(line) > 40 or not line.isprintable():
        raise WrongAnswerError("Use at most 40 letters.")
    return line


def _usual_rival(answers: Answers) -> str:
    return RIVAL if _folded(answers["company"]) != _folded(RIVAL) else "Competitor"


def _rival(line: str, answers: Answers) -> str:
    name = _name(line, answers)
    if _folded(name) == _folded(answers["company"]):
        raise WrongAnswerError(f'Your company is called "{name}" already: write another name.')
    return name


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _count(line: str, _: Answers) -> int:
    value = _number(line)
    if may_be_thousands(line):
        whole = line.strip().replace(".", "")
        raise WrongAnswerError(f"Write {whole}, or {number_text(value)}: the point may mean both.")
    if value != int(value) or not 100 <= value <= MOST_PEOPLE:
        raise WrongAnswerError("Write a whole number of at least 100, such as 250000, "
                               f"and at most {MOST_PEOPLE}.")  # fmt: skip
    return int(value)


def _amount(line: str, _: Answers) -> float:
    value = _number(line)
    if value <= 0:
        raise WrongAnswerError("Write a number above 0.")
    if not LEAST_MONEY <= value <= MOST_MONEY:
        least, most = number_text(LEAST_MONEY), number_text(MOST_MONEY)
        raise WrongAnswerError(f"Write a number from {least} to {most}.")
    return value


def _limited(line: str, answers: Answers, market: Scenario, times: float = 1.0) -> float:
    """Return an amount of which the scenario's number, in units of money, is not too great.

    Args:
        line: what was written.
        answers: the answers so far, with the price that sets the unit.
        market: the scenario that it extends.
        times: how many of the scenario's numbers make the amount.
    """
    value = _amount(line, answers)
    per_unit = answers["price"] / _paid(market.companies[0])
    most = GREATEST * per_unit * times
    if value > most:
        raise WrongAnswerError(
            f"That is too much beside a price of {number_text(answers['price'])} "
            f"{answers['currency']} and {answers['people']} people. Write at most "
            f"{number_text(float(f'{0.999 * most:.3g}'))}."
        )
    return value


def _percent(line: str, _: Answers) -> float:
    value = _number(line.removesuffix("%"))
    if not 1 <= value <= 100:
        raise WrongAnswerError("Write a number from 1 to 100.")
    return value


def _number(line: str) -> float:
    value = number_in(line)
    if value is None or not isfinite(value):
        raise WrongAnswerError(f'Write a number in digits. Got "{line[:40]}".')
    return value


def _channels(line: str, market: Scenario) -> tuple[str, ...]:
    known = [touchpoint.name for touchpoint in market.touchpoints if touchpoint.owner != PEERS]
    if line.strip().lower() == ALL:
        return tuple(_offered(market))
    channels = [part.strip().lower().replace(" ", "_") for part in line.split(",") if part.strip()]
    for name in channels:
        if name not in known:
            guess = did_you_mean(name, known) or f"There are {listed(known)}."
            raise WrongAnswerError(f'"{name}" is not among them. {guess}')
    if not channels:
        raise WrongAnswerError("Name at least one.")
    return tuple(channels)


def _offered(market: Scenario) -> list[str]:
    stated = market.companies[0].touchpoints
    return [one.name for one in market.touchpoints
            if one.owner != PEERS
            and (one.name not in stated or stated[one.name].offered)]  # fmt: skip


def _staff_follow(market: Scenario) -> bool:
    """Whether the desk of a market has the staff that it takes to answer in time."""
    return any(one.name == SERVICE and one.service_level > 0 for one in market.touchpoints)


def _service(market: Scenario) -> str:
    level = next((one.service_level for one in market.touchpoints if one.name == SERVICE), 0.0)
    return number_text(round(100 * (level or 0.7)))


def _usual_price(market: Callable[[Answers], Scenario]) -> Callable[[Answers], str]:
    return lambda answers: number_text(_rounded(100 * _paid(market(answers).companies[0])))


def _rounded(value: float) -> float:
    """Return a number to four significant digits, as people write them."""
    return float(f"{value:.4g}")
