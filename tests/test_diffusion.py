"""Word-of-mouth diffusion alone: its rule person by person, its limits, and its door."""

from __future__ import annotations

import subprocess
import sys

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats

from simulation import diffuse, tie_people
from simulation.diffusion import NEVER
from simulation.errors import InputError
from simulation.scenario.schema import Network
from simulation.scenario.words import NetworkKind
from simulation.streams import Streams, uniforms
from simulation.world.network import Ties

LEVEL = 1e-3
"""The chance that a correct diffusion would fail a statistical test under a seed chosen afresh."""

SETTING = {"innovation": 0.01, "imitation": 0.05}

chance = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0))
edge_lists = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=60)


def small_world(n: int) -> Ties:
    return tie_people(Network(), n)


def pulled(ties: Ties, steps: int, p: float, q: float, adopters=(), seed: int = 1):
    """Return when everybody adopts, everybody asking all of their ties in every step."""
    n = ties.n_people
    person = np.repeat(np.arange(n), ties.degree)
    # (1 − p)(1 − q)^k as a product of factors, rounded as the kernel rounds it.
    silence = np.multiply.accumulate([1 - p, *[1 - q] * int(ties.degree.max(initial=0))])
    left = 1 / uniforms(Streams(seed).key("diffusion", 0, "adoption"), n)
    when = np.full(n, NEVER)
    when[list(adopters)] = 0
    for step in range(1, steps + 1):
        told = (when != NEVER)[ties.neighbour]
        k = np.bincount(person, weights=told, minlength=n).astype(int)
        left *= silence[k]
        when[(when == NEVER) & (left < 1)] = step
    return when


@pytest.mark.parametrize("kind", ["small_world", "scale_free", "random", "lattice", "none"])
@pytest.mark.parametrize(("p", "q"), [(0.003, 0.02), (0.0, 0.3), (0.05, 0.0), (1e-3, 1.0)])
def test_equals_numpy_person_by_person(kind: str, p: float, q: float) -> None:
    ties = tie_people(Network(kind=NetworkKind(kind), ties=6), 701, seed=3)
    found = diffuse(ties, 25, innovation=p, imitation=q, adopters=[5, 600], seed=9)
    assert (found.step == pulled(ties, 25, p, q, [5, 600], seed=9)).all()
    counts = np.bincount(found.step[found.step != NEVER], minlength=26)
    assert (found.new_adopters == counts).all()


@settings(max_examples=50, deadline=None)
@given(edges=edge_lists, p=chance, q=chance, steps=st.integers(1, 12), seed=st.integers(0, 99))
def test_any_ties_and_chances(edges, p: float, q: float, steps: int, seed: int) -> None:
    ties = tie_people(edges, 20)
    found = diffuse(ties, steps, innovation=p, imitation=q, adopters=[0], seed=seed)
    assert (found.step == pulled(ties, steps, p, q, [0], seed)).all()
    assert found.step[0] == 0
    assert ((found.step >= NEVER) & (found.step <= steps)).all()
    assert (np.diff(found.adopters) >= 0).all()
    assert found.adopters[-1] == np.count_nonzero(found.step != NEVER)


@settings(max_examples=40, deadline=None)
@given(edges=edge_lists, p=chance, q=chance, more=st.floats(0.0, 1.0), seed=st.integers(0, 99))
def test_greater_chances_make_nobody_later(
    edges, p: float, q: float, more: float, seed: int
) -> None:
    """One draw a person couples the two runs: common random numbers without noise."""
    ties = tie_people(edges, 20)
    size = {"steps": 10, "adopters": [0], "seed": seed}
    low = diffuse(ties, innovation=p, imitation=q, **size).step
    raised = {"innovation": p + (1 - p) * more, "imitation": q + (1 - q) * more}
    high = diffuse(ties, **raised, **size).step
    reached = low != NEVER
    assert (high[reached] <= low[reached]).all()
    assert (high[reached] != NEVER).all()


def test_goldenberg_2001_chance_in_one_step() -> None:
    """1 − (1 − p)(1 − q)^k: stars whose tips have all adopted, and whose centres have not."""
    n_stars, k, p, q = 40_000, 4, 0.1, 0.2
    centre = np.arange(n_stars) * (k + 1)
    tips = (centre[:, None] + np.arange(1, k + 1)).ravel()
    edges = np.stack([np.repeat(centre, k), tips], axis=1)
    found = diffuse(edges, 1, innovation=p, imitation=q, adopters=tips)
    expected = 1 - (1 - p) * (1 - q) ** k
    assert stats.binomtest(int(found.new_adopters[1]), n_stars, expected).pvalue > LEVEL


def test_chance_stays_the_same_after_waiting() -> None:
    """Without word of mouth, waiting times are geometric: p in every step, whatever came before."""
    n, p, steps = 200_000, 0.15, 12
    found = diffuse(tie_people([], n), steps, innovation=p, imitation=0.7)
    never = n - found.adopters[-1]
    expected = p * (1 - p) ** np.arange(steps)
    observed = [*found.new_adopters[1:], never]
    test = stats.chisquare(observed, n * np.array([*expected, (1 - p) ** steps]))
    assert test.pvalue > LEVEL


def test_agrees_with_a_draw_in_every_step() -> None:
    """The same law as the plain rule, which draws afresh for everybody in every step."""
    ties, p, q, steps = small_world(1000), 0.005, 0.03, 30
    chances = 1 - (1 - p) * (1 - q) ** np.arange(ties.degree.max() + 1)
    rng = np.random.default_rng(5)
    plain = []
    for _ in range(60):
        adopted = np.zeros(1000, dtype=bool)
        area = 0.0
        for _ in range(steps):
            k = np.add.reduceat(adopted[ties.neighbour], ties.start[:-1], dtype=int)
            adopted |= rng.random(1000) < chances[k]
            area += adopted.mean()
        plain.append(area)
    ours = [
        diffuse(ties, steps, innovation=p, imitation=q, seed=seed).share[1:].sum()
        for seed in range(300)
    ]
    assert stats.ttest_ind(plain, ours, equal_var=False).pvalue > LEVEL
    assert stats.ks_2samp(plain, ours).pvalue > LEVEL


def test_a_certain_word_goes_round_a_ring() -> None:
    """P = 0, q = 1: the step of adoption is the distance from the first adopter."""
    n = 50
    ring = np.stack([np.arange(n), (np.arange(n) + 1) % n], axis=1)
    found = diffuse(ring, 100, innovation=0.0, imitation=1.0, adopters=[7])
    around = abs(np.arange(n) - 7)
    assert (found.step == np.minimum(around, n - around)).all()
    assert found.new_adopters[26:].sum() == 0


def test_nobody_hears_in_the_same_step() -> None:
    """A path whose ids rise: updating in place would let the word run through it in one step."""
    path = np.stack([np.arange(9), np.arange(1, 10)], axis=1)
    found = diffuse(path, 3, innovation=0.0, imitation=1.0, adopters=[0])
    assert found.step.tolist() == [0, 1, 2, 3, *[NEVER] * 6]


def test_the_isolated_hear_nothing() -> None:
    found = diffuse(tie_people([(0, 1)], 200), 50, innovation=0.0, imitation=1.0, adopters=[0])
    assert found.step.tolist() == [0, 1, *[NEVER] * 198]


def test_chance_one_takes_everybody_and_chance_zero_nobody() -> None:
    ties = small_world(500)
    assert (diffuse(ties, 2, innovation=1, imitation=0.5).step == 1).all()
    assert (diffuse(ties, 200, innovation=0.0, imitation=1.0).step == NEVER).all()


@pytest.mark.parametrize("complete", [False, True])
def test_bass_1969(complete: bool) -> None:
    """Full mixing: the recursion F += (1 − F)(1 − (1 − p)(1 − q)^F), within Monte Carlo error.

    With p = .03, q = .38 a year and a step of a month, it is that of ``limits/bass``, whose F after
    5 and 10 years is .32417 and .80634 (closed form .33120 and .81280).
    """
    p, q = 1 - np.exp(-0.03 / 12), 1 - np.exp(-0.38 / 12)
    n, steps = (1000, 120) if complete else (200_000, 120)
    if complete:
        ties = tie_people(np.stack(np.triu_indices(n, 1), axis=1))
        q = 1 - (1 - q) ** (1 / n)  # everybody is a tie, and counts for one in n
    else:
        ties = tie_people(Network(kind=NetworkKind.FULL_MIXING), n)
    spread = 0.025 * np.sqrt(1000 / n)  # sd of F(10) at N = 1000 is .025
    setting = {"innovation": p, "imitation": q}
    share = np.mean([diffuse(ties, steps, **setting, seed=s).share for s in range(3)], axis=0)
    assert share[60] == pytest.approx(0.32417, abs=4 * spread / np.sqrt(3))
    assert share[120] == pytest.approx(0.80634, abs=4 * spread / np.sqrt(3))


def test_full_mixing_equals_numpy_person_by_person() -> None:
    n, p, q = 301, 0.02, 0.3
    ties = tie_people(Network(kind=NetworkKind.FULL_MIXING), n)
    found = diffuse(ties, 40, innovation=p, imitation=q, adopters=[4], seed=2)
    left = 1 / uniforms(Streams(2).key("diffusion", 0, "adoption"), n)
    when = np.full(n, NEVER)
    when[4] = 0
    for step in range(1, 41):
        left *= (1 - p) * (1 - q) ** (np.count_nonzero(when != NEVER) / n)
        when[(when == NEVER) & (left < 1)] = step
    assert (found.step == when).all()


def test_a_newcomer_changes_nobody_elses_draws() -> None:
    """Somebody without ties more: all others adopt when they did."""
    ties = small_world(400)
    edges = np.stack([np.repeat(np.arange(400), ties.degree), ties.neighbour], axis=1)
    before = diffuse(ties, 40, **SETTING)
    after = diffuse(tie_people(edges, 401), 40, **SETTING)
    assert (after.step[:400] == before.step).all()


def test_seeds_differ_and_repeat() -> None:
    ties = small_world(400)
    one, again, other = (diffuse(ties, 30, **SETTING, seed=seed).step for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()


def test_every_source_of_ties_gives_the_same() -> None:
    ties = small_world(60)
    person = np.repeat(np.arange(60), ties.degree)
    once = person < ties.neighbour
    pairs = np.stack([person[once], ties.neighbour[once]], axis=1)
    graph = nx.Graph()
    graph.add_nodes_from(range(60))
    graph.add_edges_from(pairs.tolist())
    upper = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(60, 60))
    twice = [*map(tuple, pairs.tolist()), *map(tuple, pairs[:, ::-1].tolist()), (3, 3)]
    for source in (pairs, graph, upper, sparse.csr_matrix(upper), twice):
        made = tie_people(source)
        assert (made.start == ties.start).all()
        assert (made.neighbour == ties.neighbour).all()
    assert (diffuse(graph, 9, **SETTING).step == diffuse(ties, 9, **SETTING).step).all()


def test_a_graph_names_people_by_the_order_of_its_nodes() -> None:
    graph = nx.Graph([("ann", "bob"), ("bob", "cleo")])
    assert tie_people(graph).of(1).tolist() == [0, 2]


def test_entries_of_zero_are_no_ties() -> None:
    matrix = sparse.csr_array(([1.0, 0.0], ([0, 1], [1, 2])), shape=(3, 3))
    assert tie_people(matrix).n_ties == 1


def test_to_frame() -> None:
    frame = diffuse(small_world(100), 12, **SETTING, adopters=[1, 1, 2]).to_frame()
    assert list(frame) == ["step", "new_adopters", "adopters", "share"]
    assert frame["step"].tolist() == list(range(13))
    assert frame["new_adopters"][0] == 2
    assert (frame["adopters"] == frame["new_adopters"].cumsum()).all()
    assert (frame["share"] == frame["adopters"] / 100).all()


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        diffuse([(0, 1)], 0, innovation=1.5, imitation=float("nan"), adopters=[2], seed=0.5)
    keys = [fault.key for fault in caught.value.faults]
    assert keys == ["steps", "innovation", "imitation", "seed", "adopters"]
    assert "innovation must be a chance from 0 to 1. Got 1.5." in str(caught.value)


ROWS = small_world(20)


@pytest.mark.parametrize(
    ("ties", "told"),
    [
        ([(0, 1, 2)], "pairs of person ids"),
        ([(0, 1), (2,)], "pairs of person ids"),
        ([(0.5, 1.0)], "pairs of person ids"),
        (7, "pairs of person ids"),
        ([(0, -1)], "must join people 0 to 0. Got -1."),
        (sparse.csr_array((2, 3)), "square"),
        ([], "is needed where there are no ties"),
        (Ties(ROWS.start, ROWS.neighbour + np.uint32(1), ROWS.strong), "must be rows"),
        (Ties(ROWS.start[::-1].copy(), ROWS.neighbour, ROWS.strong), "must be rows"),
        (Ties(ROWS.start[:-1], ROWS.neighbour, ROWS.strong), "must be rows"),
        (Ties(ROWS.start, ROWS.neighbour.astype(float), ROWS.strong), "must be rows"),
        (Ties(ROWS.start, ROWS.neighbour, ROWS.strong, contacts_per_month=5), "must last"),
    ],
)  # fmt: skip
def test_ties_that_are_none_are_told(ties, told: str) -> None:
    with pytest.raises(InputError, match=r"ties|n_people") as caught:
        diffuse(ties, 5, **SETTING)
    assert told in str(caught.value)


@pytest.mark.parametrize("adopters", [[20], [-1], [0.5], [[1]], np.zeros(20, dtype=bool)])
def test_adopters_who_are_nobody_are_told(adopters) -> None:
    with pytest.raises(InputError, match="adopters"):
        diffuse(ROWS, 5, **SETTING, adopters=adopters)


@pytest.mark.parametrize(
    ("source", "n_people", "sentence"),
    [
        (Network(), None, "n_people is needed to draw a network"),
        ([(0, 5)], 5, r"must join people 0 to 4\. Got 5\. Give n_people if there are more"),
        (ROWS, 21, "n_people must be 20, the people whom the ties join. Got 21"),
        (sparse.eye_array(3), 4, "n_people must be 3, the people whom the ties join. Got 4"),
        ([(0, 1)], 0, "n_people must be a whole number of at least 1. Got 0"),
    ],
)
def test_people_who_contradict_are_told(source, n_people, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        tie_people(source, n_people)


def test_importing_costs_nothing() -> None:
    code = "import sys, simulation.diffusion; print(sorted({'numba', 'pandas', 'scipy', 'networkx',"
    code += " 'pydantic', 'mesa'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  own code
    assert done.stdout.strip() == "[]"
