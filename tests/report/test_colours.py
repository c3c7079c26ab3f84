"""Colours: fixed, told apart by colour-blind readers, and never alone."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from numpy.typing import NDArray

from simulation.report import colours
from simulation.report.colours import Look, contrast_on_white, firms, ink

# Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB.
BLIND = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
}  # fmt: skip
GROUPS = {
    "functions": list(colours.FUNCTIONS.values()),
    "areas": list(colours.AREAS.values()),
    "parts": list(colours.PARTS.values()),
    "causes": list(colours.CAUSES.values()),
    "people": list(colours.PEOPLE.values()),
    "others": list(colours.others("abcd").values()),
    "firms": list(firms(["focal", "rival", "installer"]).values()),
}


def lab(colour: str, sight: str) -> NDArray[np.float64]:
    """Return CIE L*a*b* of a colour as seen (D65)."""
    channels = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    if sight in BLIND:
        linear = np.clip(np.array(BLIND[sight]) @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    x, y, z = to_xyz @ linear / np.array([0.95047, 1.0, 1.08883])
    f = [np.cbrt(t) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", ["full", *BLIND])
@pytest.mark.parametrize("group", GROUPS)
def test_colours_of_a_figure_differ_to_every_reader(group: str, sight: str) -> None:
    for one, other in combinations(GROUPS[group], 2):
        distance = float(np.linalg.norm(lab(one.colour, sight) - lab(other.colour, sight)))
        assert distance > 10, (one, other, distance)


@pytest.mark.parametrize("group", GROUPS)
def test_nothing_is_told_apart_by_colour_alone(group: str) -> None:
    looks = GROUPS[group]
    assert len({look.line for look in looks}) == len(looks)
    assert len({look.marker for look in looks}) == len(looks)


def test_eight_firms_have_looks_of_their_own() -> None:
    looks = list(firms([f"firm_{n}" for n in range(8)]).values())
    assert len({look.colour for look in looks}) == 8
    assert len({(look.line, look.marker) for look in looks}) == 8


def test_no_colour_of_an_actor_or_area_means_anything_else() -> None:
    meant = {look.colour for name, looks in GROUPS.items() if name != "others" for look in looks}
    assert not meant & {look.colour for look in GROUPS["others"]}


def test_colours_of_the_areas_are_those_of_the_sources() -> None:
    def kind(look: Look) -> str:
        red, green, blue = (int(look.colour[at : at + 2], 16) for at in (1, 3, 5))
        if max(red, green, blue) < 60:
            return "black"
        if blue > 200 and green > 150:
            return "light blue"
        if blue > max(red, green) and red > green:
            return "purple"
        if blue > max(red, green):
            return "blue"
        return "red" if red > 2 * green and red > 150 else "brown"

    assert [kind(look) for look in colours.FUNCTIONS.values()] == ["light blue", "brown", "purple"]
    assert [kind(look) for look in colours.AREAS.values()] == ["black", "blue", "red"]


def test_text_can_be_read_on_white() -> None:
    every = [look.colour for looks in GROUPS.values() for look in looks]
    assert all(contrast_on_white(ink(colour)) >= 4.5 for colour in every)
    assert contrast_on_white("#FFFFFF") == pytest.approx(1)
    assert contrast_on_white("#000000") == pytest.approx(21)
    assert ink("#000000") == "#000000"


DOCS = Path(__file__).parents[2] / "docs"
PACKAGE = Path(colours.__file__).parents[1]


@pytest.mark.parametrize(
    ("path", "name"),
    [(PACKAGE / "dashboard/static/page.css", "--loss"),
     (PACKAGE / "report/templates/report.css.j2", "--bad")],
)  # fmt: skip
def test_loss_has_one_colour_in_reports_and_on_the_dashboard(path: Path, name: str) -> None:
    text = path.read_text(encoding="utf-8").replace(" ", "").upper()
    assert f"{name.upper()}:{colours.BAD};" in text


def test_what_fails_has_the_colour_of_loss_in_the_gallery() -> None:
    pictures = [path.read_text(encoding="utf-8").upper() for path in DOCS.glob("gallery/*.svg")]
    assert any(colours.BAD in picture for picture in pictures)
    assert not any("#B4430D" in picture for picture in pictures)


def test_direction_is_neither_good_nor_bad() -> None:
    from made_up import Mood, made_up

    from simulation.studies.run.figures.slack import slack_to_move

    axes = slack_to_move(made_up(Mood.GOOD, runs=3, months=12).series)
    bars = {to_hex(bar.get_facecolor()).upper() for bar in axes.patches}
    assert bars
    assert not bars & {colours.GOOD, colours.BAD}
