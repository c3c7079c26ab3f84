"""Help by peers grows with the community, saturates, and can be overrun."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from simulation.jit import njit
from simulation.kernels import peers as kernel
from simulation.streams import Streams, normals, uniforms
from simulation.world.peers import Peers

give = njit(kernel.give.py_func, cache=True)
"""A subroutine of kernels, compiled so that Python can call it."""

EXPERIENCE = 3


@dataclass(frozen=True)
class Community:
    """People with one job at one touchpoint that peers own; a few of them visit it."""

    people: int
    visitors: float = 0.03
    answer: float = 0.01
    give: float = 0.05
    enough: float = 2.0
    answerable: float = 0.6


@dataclass
class Outcome:
    """What a month brought: by visitor, and by person."""

    help: np.ndarray
    found: float
    questions: float
    answers: float
    given: np.ndarray
    archive: float


def live(
    community: Community, archive: float = 0.0, wisdom: float = 0.0, month: int = 0
) -> Outcome:
    """Return one month of a community whose members have hours and competence as in the base."""
    n = community.people
    draws = Streams(1).at("community", 0)
    hours = 6.0 * np.exp(0.5 * normals(draws("hours"), n))
    helpful = np.exp(1.2 * normals(draws("helpful"), n) - 0.72)
    knowledge = 0.4 + 0.4 * uniforms(draws("knowledge"), n)
    aware = np.full((n, 2), EXPERIENCE, dtype=np.int8)
    job, last_job = np.zeros(n, dtype=np.int8), np.full(n, -1, dtype=np.int8)
    knows = np.zeros((n, 2), dtype=np.bool_)
    willing, looks, wise, room, moved, by_peers, given = (np.zeros(n) for _ in range(7))
    members, circles = np.zeros((3, 1, 3)), np.zeros((3, 1, 1, 6))
    kernel.gauge(
        community.answer, 0.05, community.give, 0.2, 0.02,
        job, knowledge, knowledge, uniforms(draws("sociability"), n), hours, helpful, aware,
        last_job, willing, looks, wise, room, knows, members,
    )  # fmt: skip
    circles[..., :3] = members[:, None]
    share = community.answerable * wisdom / archive if archive else 0.0
    found = np.full((3, 1, 1), share * (1.0 - np.exp(-archive / 200.0)))
    visits = uniforms(Streams(1).key("community", month, "visits"), n)
    who = np.flatnonzero(visits < community.visitors)
    who = who if n > 1 else np.array([0])
    places = np.array([0]), np.array([True])
    totals, by_role, customers = np.zeros((5, 1)), np.zeros(2), np.zeros(n, dtype=np.int8)
    here = np.zeros((n, 1), dtype=np.int16)
    kernel.ask(
        who, community.enough, 1.0, np.array([community.answerable]), found,
        *places, np.zeros(n, dtype=np.int16), np.zeros(n, dtype=np.int8), last_job, knows,
        willing, looks, wise, room, here, moved, circles, by_peers, customers, *totals, by_role,
    )  # fmt: skip
    assert by_role.tolist() == [pytest.approx(by_peers[who].sum()), 0.0]
    give(*places, last_job, knows, willing, looks, here, moved, circles, given)
    kept = circles[2, 0, 0]
    assert given.sum() == pytest.approx(totals[1, 0], rel=1e-9)
    assert kept[4] == pytest.approx(totals[1, 0], rel=1e-9)
    return Outcome(
        by_peers[who], float(found[2, 0, 0]), float(totals[0, 0]), float(totals[1, 0]), given,
        0.95 * archive + kept[4],
    )  # fmt: skip


def asked(outcome: Outcome) -> float:
    """Return mean help to those who ask, without what the archive answers."""
    return float(1.0 - (1.0 - outcome.help.mean()) / (1.0 - outcome.found))


def top_tenth(given: np.ndarray) -> float:
    """Return the share of answers that the most active tenth gave."""
    ordered = np.sort(given[given > 0])[::-1]
    return float(ordered[: len(ordered) // 10].sum() / ordered.sum())


def settled(community: Community) -> Outcome:
    """Return the last of sixty months, with what everybody gave in its last two years."""
    archive, given, outcome = 0.0, np.zeros(community.people), live(community)
    for month in range(60):
        outcome = live(community, archive, 0.6 * archive, month)
        archive = outcome.archive
        given += outcome.given * (month >= 36)
    return replace(outcome, given=given)


def test_one_visitor_alone_gets_exactly_nothing() -> None:
    alone = live(Community(people=1))
    assert alone.help.tolist() == [0.0]
    assert alone.answers == 0.0
    assert alone.given.tolist() == [0.0]


def test_two_can_help_each_other_but_nobody_helps_themselves() -> None:
    """Each supplies what the other lacks: with equal people, a_j of the other alone."""
    pair = live(Community(people=2, visitors=1.0))
    assert (pair.help > 0).all()
    assert pair.given.sum() == pytest.approx(pair.answers)


@pytest.mark.parametrize(
    ("people", "helped", "answered"),
    [(500, 0.05, 0.20), (2000, 0.18, 0.62), (8000, 0.36, 0.87), (24_000, 0.41, 0.91)],
)
def test_the_order_of_magnitude_is_the_prototypes(
    people: int, helped: float, answered: float
) -> None:
    """With three in a hundred there at a time; measured in a prototype of 300 lines."""
    outcome = settled(Community(people))
    assert helped / 1.5 < asked(outcome) < helped * 1.5
    answers = outcome.answers / outcome.questions
    share = 1.0 - (1.0 - outcome.found) * np.exp(-answers)
    assert answered / 1.4 < share < answered * 1.4
    assert 0.48 < top_tenth(outcome.given) < 0.62


def test_help_rises_with_the_community_and_saturates() -> None:
    """Ten times as many help more, and the second tenfold adds less than the first."""
    help_by = [asked(settled(Community(people))) for people in (300, 3000, 30_000, 120_000)]
    assert help_by[:3] == sorted(help_by[:3])
    assert help_by[2] - help_by[1] < help_by[1] - help_by[0]
    assert abs(help_by[3] - help_by[2]) < 0.01
    # Few answer what has been answered: two answers of this competence at most.
    assert help_by[3] < 0.6 * (1.0 - np.exp(-2.0 * 0.8))


def test_a_community_can_be_overrun() -> None:
    """A twenty-fifth of the hours, or many more who ask of the same answerers: less help each."""
    usual = Community(24_000)
    starved = replace(usual, give=usual.give / 25)
    assert asked(settled(starved)) < asked(settled(usual)) / 3
    quiet, crowded = (replace(usual, give=0.002, visitors=share) for share in (0.02, 0.5))
    assert asked(settled(crowded)) < asked(settled(quiet))


def test_the_archive_serves_people_who_never_ask() -> None:
    """What is found is not asked: fewer questions, and help where nobody would answer."""
    empty, full = live(Community(2000)), live(Community(2000), archive=1000.0, wisdom=600.0)
    assert full.found == pytest.approx(0.36 * (1.0 - np.exp(-5.0)))
    assert full.questions == pytest.approx(empty.questions * (1.0 - full.found))
    silent = live(replace(Community(2000), answer=0.0), archive=1000.0, wisdom=600.0)
    assert silent.answers == 0.0
    assert silent.help == pytest.approx(np.full(len(silent.help), full.found))


def test_willingness_at_zero_switches_it_off() -> None:
    off = live(replace(Community(2000), answer=0.0))
    assert not off.help.any()
    assert not off.given.any()


def test_the_circle_shared_by_the_most_companies_is_told_from_nobodys() -> None:
    """With 127 companies the row of the shared circle is 127, and is kept as 128."""
    n, companies = 2, 127
    peers = Peers(n, n_companies=companies, n_jobs=1, social=np.array([True]))
    peers.willing[:] = peers.wise[:] = peers.looks[:] = 0.5
    peers.room[:] = 10.0
    peers.circles[..., 0] = peers.circles[..., 2] = 0.5
    codes = np.zeros(n, dtype=np.int16), np.zeros(n, dtype=np.int8), np.zeros(n, dtype=np.int8)
    places, totals = (np.array([0]), np.array([True])), np.zeros((5, 1))
    kernel.ask(
        np.arange(n), 2.0, 1.0, np.array([0.5]), peers.found, *places, *codes, peers.knows,
        peers.willing, peers.looks, peers.wise, peers.room, peers.here, peers.moved,
        peers.circles, np.zeros(n), codes[1], *totals, np.zeros(2),
    )  # fmt: skip
    assert peers.here[:, 0].tolist() == [companies + 1] * n
