"""Positions of keys: by hand for the hard spots of TOML, by Hypothesis for the rest."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.scenario.locate import KeyPath, locate
from simulation.scenario.write import key_text, value_text

DOCUMENT = '''\
# title = "no"
title = """
price = 3  # not a key
say \\"""hi\\""" and two more""""" # comment
path = \'\'\'
it's [not] a header\'\'\'
"quoted # key" = 'x = 1'
site."google.com" . deep = [1, # one
  2, [3, {x = 1, y.z = "]"}],
  1979-05-27 07:32:00, "a, b",
]
[[companies]]
name = "n" # [[companies]]
[companies.strategy]
alignment = -1.5e3
  [[companies]]
  [companies.strategy]
  "alignment"=2
[[companies.notes]]
q=1
[[companies.notes]]
w = { competence = 0.3, "p q" = {a=1}, empty = {}, none = [] }
'''

EXPECTED = {
    ("title",): (2, 1),
    ("path",): (5, 1),
    ("quoted # key",): (7, 1),
    ("site",): (8, 1),
    ("site", "google.com"): (8, 6),
    ("site", "google.com", "deep"): (8, 21),
    ("site", "google.com", "deep", 0): (8, 29),
    ("site", "google.com", "deep", 1): (9, 3),
    ("site", "google.com", "deep", 2, 0): (9, 7),
    ("site", "google.com", "deep", 2, 1, "x"): (9, 11),
    ("site", "google.com", "deep", 2, 1, "y", "z"): (9, 20),
    ("site", "google.com", "deep", 3): (10, 3),
    ("site", "google.com", "deep", 4): (10, 24),
    ("companies", 0): (12, 3),
    ("companies", 0, "name"): (13, 1),
    ("companies", 0, "strategy"): (14, 12),
    ("companies", 0, "strategy", "alignment"): (15, 1),
    ("companies", 1): (16, 5),
    ("companies", 1, "strategy", "alignment"): (18, 3),
    ("companies", 1, "notes", 0, "q"): (20, 1),
    ("companies", 1, "notes", 1): (21, 13),
    ("companies", 1, "notes", 1, "w", "competence"): (22, 7),
    ("companies", 1, "notes", 1, "w", "p q", "a"): (22, 34),
    ("companies", 1, "notes", 1, "w", "empty"): (22, 40),
    ("companies", 1, "notes", 1, "w", "none"): (22, 52),
}


def paths(value: Any, path: KeyPath = ()) -> list[KeyPath]:
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [found for key, item in items for found in [(*path, key), *paths(item, (*path, key))]]


@pytest.mark.parametrize(("path", "spot"), EXPECTED.items(), ids=str)
def test_hard_spots(path: KeyPath, spot: tuple[int, int]) -> None:
    found = locate(DOCUMENT)[path]
    assert (found.line, found.column) == spot


def test_every_path_of_the_document_has_a_spot_and_no_other_has() -> None:
    assert set(locate(DOCUMENT)) == set(paths(tomllib.loads(DOCUMENT)))


def test_windows_line_ends_count_as_one() -> None:
    windows = DOCUMENT.replace("\n", "\r\n")
    assert locate(windows) == locate(DOCUMENT)


KEYS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
SCALARS = (
    st.integers(-(10**9), 10**9)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
GAPS = st.sampled_from(["", "\n", "# x = [1\n", '  # "quote\n', "\n\n"])


@given(st.dictionaries(KEYS, VALUES, max_size=4), st.data())
def test_a_key_stands_where_it_is_said_to_stand(
    values: dict[str, Any], data: st.DataObject
) -> None:
    lines = [data.draw(GAPS) + f"{key_text(k)} = {value_text(v)}\n" for k, v in values.items()]
    text = "".join(lines)
    assert tomllib.loads(text) == values
    spots = locate(text)
    assert set(spots) == set(paths(values))
    rows = text.split("\n")
    for path, spot in spots.items():
        rest = rows[spot.line - 1][spot.column - 1 :]
        if isinstance(path[-1], str):
            assert rest.startswith(f"{key_text(path[-1])} = ")
