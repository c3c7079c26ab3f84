"""Guesses at what was meant: the slips people make, and no guess where there is none."""

from __future__ import annotations

import pytest

from simulation.scenario.suggest import listed, near, number_text, shown, slug

WORDS = ["price", "teams", "capability", "cost_to_serve", "fade", "community_forum", "floor"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("pirce", "price"),
        ("Price", "price"),
        ("cost-to-serve", "cost_to_serve"),
        ("cost to serve", "cost_to_serve"),
        ("capabilty", "capability"),
        ("fdae", "fade"),
        ("forum", "community_forum"),
        ("cap", "capability"),
        ("prize", "price"),
        ("fate", "fade"),
        ("flor", "floor"),
        ("foo", None),
        ("ca", None),
        ("c", None),
        ("", None),
        ("elephant", None),
    ],
)
def test_near(word: str, meant: str | None) -> None:
    assert near(word, WORDS) == meant


@pytest.mark.parametrize("word", ["wo", "hwo", "wh", "whoo"])
def test_words_of_three_letters_are_guessed(word: str) -> None:
    assert near(word, ["who", "price", "education"]) == "who"


def test_of_several_that_begin_so_none_is_guessed() -> None:
    assert near("help", ["help_pages_of_us", "help_centre_of_us"]) is None
    assert near("x", []) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [("Big Co", "big_co"), ("3M & Söhne", "m_s_hne"), ("  A-b.c ", "a_b_c"), ("42", "")],
)
def test_slug(text: str, name: str) -> None:
    assert slug(text) == name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        ("x", '"x"'),
        ([1, "a"], '[1, "a"]'),
        ({}, "an empty table"),
        ({"a": 1}, "a table"),
        (None, "nothing"),
        ("y" * 80, '"' + "y" * 58 + "…"),
    ],
)
def test_shown(value: object, text: str) -> None:
    assert shown(value) == text


def test_numbers_and_lists_in_sentences() -> None:
    assert [number_text(n) for n in (2e6, 1.0, 0.25)] == ["2000000", "1", "0.25"]
    assert [listed([]), listed(["a"]), listed("abc"), listed("ab", "or")] == [
        "",
        "a",
        "a, b and c",
        "a or b",
    ]
