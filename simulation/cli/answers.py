"""Answers to the questions of ``cocreate new --ask``: from a person, or from standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from simulation.cli.console import hanging, terminal_width
from simulation.errors import Fault, ScenarioError

if TYPE_CHECKING:
    from simulation.scenario.interview import InterviewQuestion


def answers_to(questions: list[InterviewQuestion]) -> dict[str, Any]:
    """Return the answers by key, from the terminal or, one a line, from standard input.

    Raises:
        ScenarioError: with all wrong answers of standard input, or there are too few or too many.
    """
    from simulation.scenario.interview import counter

    answers: dict[str, Any] = {}
    wrong: dict[str, Fault] = {}
    number, left = 0, questions
    if sys.stdin.isatty():
        typer.echo("An empty line takes the answer in brackets.\n", err=True)
    while left := [one for one in left if one.is_asked(answers)]:
        number += 1
        question, *left = left
        if _rests_on(question.is_asked, answers, wrong):
            break  # whether the next line answers it is not known
        place = counter(number, left, answers)
        answers[question.key] = _answer(question, answers, place, wrong)
    if wrong:
        raise ScenarioError(list(wrong.values()))
    if number < len(questions):
        _refuse_further()
    return answers


def _answer(
    question: InterviewQuestion, answers: dict[str, Any], place: str, wrong: dict[str, Fault]
) -> Any:
    """Ask a question until it has an answer; from standard input, once.

    There a wrong answer is noted, and the default taken, so that those after it are looked at as
    well; one that cannot be judged without a wrong one is not called wrong.
    """
    from simulation.scenario.interview import WrongAnswerError, understood

    default, n = question.default(answers), place.split()[0]
    width = terminal_width(sys.stderr)
    while True:
        asked = hanging(f"{place}: {question.text(answers)} [{default}]", width, 4)
        typer.echo(f"{asked} ", nl=False, err=True)
        line = _line()
        if not line:
            message = f"The answers end before question {n}."
            hint = "Give one per line; an empty line takes the default."
            raise ScenarioError([*wrong.values(), Fault(message, hint=hint)])
        try:
            value = question.parse(line.strip() or default, answers)
        except WrongAnswerError as error:
            if not sys.stdin.isatty():
                given = line.strip() or default
                if not _rests_on(partial(question.parse, given), answers, wrong):
                    key = f"Answer {n} ({question.key}):"
                    wrong[question.key] = Fault(str(error), key=key)
                return question.parse(default, answers)
            typer.echo(hanging(str(error), width, 4), err=True)
        else:
            if read := understood(line.strip() or default, value):
                typer.echo(f"     Read as {read}.", err=True)
            return value


def _rests_on(
    look: Callable[[dict[str, Any]], Any], answers: Mapping[str, Any], wrong: Mapping[str, Fault]
) -> bool:
    """Whether what is made of answers looks at one that is wrong."""
    from simulation.scenario.interview import WrongAnswerError

    noting = _Noting(answers)
    with suppress(WrongAnswerError):
        look(noting)
    return not noting.seen.isdisjoint(wrong)


class _Noting(dict[str, Any]):
    """Answers that note which of them are looked at."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        super().__init__(answers)
        self.seen: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.seen.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return an answer, or the default where there is none."""
        self.seen.add(key)
        return super().get(key, default)


def _line() -> str:
    """Return the next line of standard input, or nothing at its end.

    Raises:
        ScenarioError: it is no text.
    """
    try:
        return sys.stdin.readline().removeprefix("\ufeff")
    except UnicodeDecodeError:
        fault = Fault("are not text in UTF-8.", key="The answers", hint="Save them as UTF-8.")
        raise ScenarioError([fault]) from None


def _refuse_further() -> None:
    """Refuse answers from standard input to a question that was left out.

    Raises:
        ScenarioError: there are some, so that those before were taken for others than meant.
    """
    if not sys.stdin.isatty() and any(line.strip() for line in iter(_line, "")):
        message = "There are more answers than questions."
        hint = "Without a call centre among the channels, nobody asks how many reach your staff."
        raise ScenarioError([Fault(message, hint=hint)])
