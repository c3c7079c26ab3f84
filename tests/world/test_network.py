"""Networks: rows that are well formed, shapes that are known, and changes that stay local.

Statistical tests run under fixed seeds, so they are deterministic; ``LEVEL`` is the chance that a
correct network would fail one of them under a seed chosen afresh.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats

from simulation.errors import ScenarioError
from simulation.kernels.ties import rows
from simulation.scenario.edge_list import read_edges
from simulation.scenario.schema import Network
from simulation.scenario.words import NetworkKind
from simulation.streams import Streams
from simulation.world.network import Ties, build_network, read_edge_list

LEVEL = 1e-3

DRAWN = [NetworkKind.SMALL_WORLD, NetworkKind.RANDOM, NetworkKind.SCALE_FREE, NetworkKind.LATTICE]
"""Kinds that ``ties`` shapes."""


def found(kind: str, n: int = 2000, seed: int = 1, **parameters) -> Ties:
    return build_network(Network(kind=NetworkKind(kind), **parameters), n, Streams(seed))


def rows_of(edges, n: int) -> Ties:
    """Return the rows of a list of (one end, other end, strong)."""
    one, other, strong = zip(*edges, strict=True) if edges else ((), (), ())
    return Ties(*rows(np.array(one, "u4"), np.array(other, "u4"), np.array(strong, "?"), n))


def tie_set(ties: Ties) -> dict[tuple[int, int], bool]:
    """Return the ties as pairs, lower id first, with their strength, read from the lower end."""
    person = np.repeat(np.arange(ties.n_people), ties.degree)
    lower = person < ties.neighbour
    pairs = zip(person[lower].tolist(), ties.neighbour[lower].tolist(), strict=True)
    return dict(zip(pairs, ties.strong[lower].tolist(), strict=True))


def matrix(ties: Ties, value=None) -> sparse.csr_array:
    """Return the adjacency matrix."""
    value = np.ones(ties.neighbour.size) if value is None else value
    shape = (ties.n_people, ties.n_people)
    return sparse.csr_array((value, ties.neighbour.astype(np.int64), ties.start), shape=shape)


def assert_well_formed(ties: Ties) -> None:
    """Check dtypes, symmetry, order, and that nobody is tied to themself or twice to another."""
    assert (ties.start.dtype, ties.neighbour.dtype) == (np.int64, np.uint32)
    assert ties.strong.dtype == np.bool_
    assert ties.start[0] == 0
    assert ties.start[-1] == ties.neighbour.size == ties.strong.size
    assert ties.degree.sum() == 2 * ties.n_ties
    person = np.repeat(np.arange(ties.n_people), ties.degree)
    assert (ties.neighbour != person).all()
    # Ascending within a person, hence without duplicates; codes ascend across persons too.
    code = person * ties.n_people + ties.neighbour
    assert (np.diff(code) > 0).all()
    strength = matrix(ties, 1.0 + ties.strong)
    assert abs(strength - strength.T).max() == 0


def clustering(ties: Ties) -> float:
    """Return three times the triangles over the connected triples."""
    near = matrix(ties)
    closed = (near @ near).multiply(near).sum()
    return float(closed / (ties.degree * (ties.degree - 1)).sum())


def mean_path(ties: Ties, sources: int) -> float:
    """Return the mean path length from the first persons to all others."""
    found_paths = sparse.csgraph.dijkstra(matrix(ties), indices=range(sources), unweighted=True)
    return float(found_paths.sum() / (sources * (ties.n_people - 1)))


# --- rows -----------------------------------------------------------------------------------------


def test_rows_by_hand() -> None:
    # 0-1 twice, once strong; 2-1; a loop at 2; 3 alone; 4-0.
    edges = [(0, 1, False), (1, 0, True), (2, 1, False), (2, 2, True), (4, 0, False)]
    ties = rows_of(edges, 5)
    assert ties.start.tolist() == [0, 2, 4, 5, 5, 6]
    assert ties.neighbour.tolist() == [1, 4, 0, 2, 1, 0]
    assert ties.strong.tolist() == [True, False, True, False, False, False]
    assert [ties.of(person).tolist() for person in range(5)] == [[1, 4], [0, 2], [1], [], [0]]
    assert (ties.n_people, ties.n_ties) == (5, 3)


edge_lists = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=60)


@settings(max_examples=300, deadline=None)
@given(edge_lists)
def test_rows_hold_each_tie_once_from_each_end(edges) -> None:
    ties = rows_of(edges, 10)
    assert_well_formed(ties)
    expected: dict[tuple[int, int], bool] = {}
    for a, b, strong in edges:
        if a != b:
            pair = (min(a, b), max(a, b))
            expected[pair] = expected.get(pair, False) or strong
    assert tie_set(ties) == expected


# --- what every kind has in common ----------------------------------------------------------------


@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.parametrize("ties", [0, 1, 2, 5, 10])
@pytest.mark.parametrize("n", [1, 2, 10, 11, 500])
def test_networks_are_well_formed(kind: NetworkKind, ties: int, n: int) -> None:
    network = found(kind, n, ties=ties, rewiring=0.3)
    assert network.n_people == n
    assert_well_formed(network)
    if ties == 0:
        assert network.n_ties == 0


@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.parametrize("ties", [3, 10])
def test_mean_degree_is_the_number_of_ties(kind: NetworkKind, ties: int) -> None:
    n = 20_000
    network = found(kind, n, ties=ties)
    assert_well_formed(network)
    # Coins for half ties and Poisson numbers of ties have at most the variance of Poisson ties.
    spread = stats.norm.isf(LEVEL / 2) * np.sqrt(2 * ties / n)
    assert abs(network.degree.mean() - ties) < spread


@pytest.mark.parametrize("kind", DRAWN)
def test_networks_depend_on_the_seed_alone(kind: NetworkKind) -> None:
    first, again, other = (found(kind, 500, seed, ties=5) for seed in (1, 1, 2))
    assert tie_set(first) == tie_set(again)
    assert tie_set(first) != tie_set(other)


def test_without_ties_nobody_is_tied() -> None:
    for kind in (NetworkKind.NONE, NetworkKind.FULL_MIXING):
        network = found(kind, 50)
        assert_well_formed(network)
        assert network.n_ties == 0
        assert network.contacts_per_month == 0
        assert network.full_mixing == (kind is NetworkKind.FULL_MIXING)


# --- lattice and small world ----------------------------------------------------------------------


def test_lattice_by_hand() -> None:
    network = found("lattice", 10, ties=4)
    assert network.of(0).tolist() == [1, 2, 8, 9]
    assert network.of(5).tolist() == [3, 4, 6, 7]
    assert network.strong.all()


def test_lattice_of_few_people_ties_everybody() -> None:
    for n in (2, 5, 10, 11):
        assert (found("lattice", n, ties=10).degree == n - 1).all()
    assert (found("lattice", 12, ties=10).degree == 10).all()


@pytest.mark.parametrize("k", [4, 10, 20])
def test_lattice_clustering_of_watts_and_strogatz(k: int) -> None:
    assert clustering(found("lattice", 1000, ties=k)) == pytest.approx(3 * (k - 2) / (4 * (k - 1)))


def test_no_rewiring_is_the_lattice() -> None:
    for ties in (5, 10):
        small_world = found("small_world", 300, ties=ties, rewiring=0.0)
        assert tie_set(small_world) == tie_set(found("lattice", 300, ties=ties))


def test_full_rewiring_leaves_only_ties_that_had_to_stay() -> None:
    n, ties = 5000, 10
    network = found("small_world", n, ties=ties, rewiring=1.0)
    pairs = tie_set(network)
    for (a, b), strong in pairs.items():
        near = min(b - a, n - b + a) <= ties // 2
        assert strong == near
    # A pick falls on oneself or within reach with probability (ties + 1) / n.
    stayed = sum(pairs.values())
    p_value = stats.binomtest(stayed, n * ties // 2, (ties + 1) / n).pvalue
    assert p_value > LEVEL


def test_rewired_share_is_the_weak_share() -> None:
    n, ties, rewiring = 20_000, 10, 0.1
    network = found("small_world", n, ties=ties, rewiring=rewiring)
    weak = int((~network.strong).sum()) // 2
    expected = rewiring * (1 - (ties + 1) / n)
    assert stats.binomtest(weak, network.n_ties, expected).pvalue > LEVEL


def test_more_rewiring_moves_further_ties_and_no_others() -> None:
    some, more = (tie_set(found("small_world", rewiring=rewiring)) for rewiring in (0.1, 0.2))
    weak_some, weak_more = ({p for p, strong in t.items() if not strong} for t in (some, more))
    assert weak_some < weak_more
    assert {p for p, strong in more.items() if strong} < {p for p, strong in some.items() if strong}


def test_more_ties_leave_the_others_in_place() -> None:
    n = 2000
    few, many = (tie_set(found("small_world", n, ties=ties)) for ties in (10, 12))
    assert few.keys() < many.keys()


def test_more_ties_replace_only_what_they_reach() -> None:
    """Only a rewired tie to somebody six places away, whom the wider ring reaches, goes back."""
    n = 2000
    few, many = (tie_set(found("small_world", n, ties=ties, rewiring=0.6)) for ties in (10, 12))
    assert {min(b - a, n - b + a) for a, b in few.keys() - many.keys()} == {6}


def test_small_world_of_watts_and_strogatz_1998() -> None:
    # Their figure 2: n = 1000, k = 10. Clustering falls as (1 − p)³ (Barrat & Weigt 2000, Eur.
    # Phys. J. B 13:547), path length at once.
    n, k = 1000, 10
    lattice = found("lattice", n, ties=k)
    assert mean_path(lattice, 5) == pytest.approx(n / (2 * k), rel=0.01)
    for p, path_below in ((0.01, 0.4), (0.1, 0.12)):
        network = found("small_world", n, ties=k, rewiring=p)
        ratio = clustering(network) / clustering(lattice)
        assert ratio == pytest.approx((1 - p) ** 3, abs=0.03)
        assert mean_path(network, 200) / mean_path(lattice, 5) < path_below
    random = found("small_world", n, ties=k, rewiring=1.0)
    assert clustering(random) == pytest.approx(k / n, abs=0.005)
    assert mean_path(random, 200) == pytest.approx(np.log(n) / np.log(k), rel=0.15)


def test_ends_of_rewired_ties_are_uniform() -> None:
    n = 5000
    network = found("small_world", n, ties=10, rewiring=1.0)
    weak = matrix(network, (~network.strong).astype(float)).sum(axis=1)
    # Own rewired ties are about five each; those of others add a Poisson number with mean five.
    assert weak.mean() == pytest.approx(10.0, abs=0.05)
    excess = (weak - 5) * n / (n - 11)
    assert np.var(excess) == pytest.approx(5.0, abs=stats.norm.isf(LEVEL / 2) * 5 * np.sqrt(2 / n))


# --- locality: one person more --------------------------------------------------------------------


@pytest.mark.parametrize("n", [1000, 1001, 1500, 1999])
@pytest.mark.parametrize("rewiring", [0.1, 1.0])
def test_a_newcomer_changes_a_small_world_locally(n: int, rewiring: float) -> None:
    k = 10
    reach = k // 2
    before, after = (
        tie_set(found("small_world", size, ties=k, rewiring=rewiring)) for size in (n, n + 1)
    )
    lost, gained = before.items() - after.items(), after.items() - before.items()

    def at_seam(a: int, b: int) -> bool:
        return min(a, n - 1 - a) <= reach or min(b, n - 1 - b) <= reach

    for (a, b), _ in gained:
        assert b == n or at_seam(a, b)
    # A tie is lost at the seam, where the newcomer stands, or to the newcomer.
    to_newcomer = sum(b == n for (_, b), _ in gained)
    elsewhere = sum(not at_seam(a, b) for (a, b), _ in lost)
    assert elsewhere <= to_newcomer
    # The newcomer has k ties in the mean; the seam has reach · (reach + 1) / 2 ties across it.
    assert to_newcomer <= k + 4 * np.sqrt(k)
    assert len(gained) <= to_newcomer + reach * (reach + 1) / 2
    assert len(lost) <= to_newcomer + reach * (reach + 1)


@pytest.mark.parametrize("n", [1000, 1500])
def test_a_newcomer_changes_a_random_network_by_own_ties_only(n: int) -> None:
    before, after = (tie_set(found("random", size)) for size in (n, n + 1))
    lost, gained = before.keys() - after.keys(), after.keys() - before.keys()
    assert all(b == n for _, b in gained)
    assert len(lost) <= len(gained) <= 10 + 4 * np.sqrt(10)


def test_scale_free_network_is_a_prefix_of_that_of_more_people() -> None:
    small, large = found("scale_free", 1000, ties=5), found("scale_free", 1300, ties=5)
    prefix = {pair: strong for pair, strong in tie_set(large).items() if pair[1] < 1000}
    assert tie_set(small) == prefix


def test_groups_are_a_prefix_but_for_the_last() -> None:
    small, large = found("groups", 1000), found("groups", 1003)
    assert tie_set(small).items() <= tie_set(large).items()


# --- random, scale free, groups -------------------------------------------------------------------


def test_random_network_has_poisson_degrees_and_weak_ties() -> None:
    n, k = 20_000, 10
    network = found("random", n, ties=k)
    assert not network.strong.any()
    counts = np.bincount(network.degree, minlength=21)
    observed = np.append(counts[2:20], [counts[:2].sum(), counts[20:].sum()])
    law = stats.poisson((n - 1) * -np.expm1(-k / n))
    share = np.append(law.pmf(range(2, 20)), [law.cdf(1), law.sf(19)])
    assert stats.chisquare(observed, share * n).pvalue > LEVEL


def test_random_network_ties_every_pair_equally_often() -> None:
    # 3000 networks of four people with P = 1 − exp(−2/4): every set of ties has its chance.
    n, runs, p_tie = 4, 3000, -np.expm1(-0.5)
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    counts = np.zeros(2 ** len(pairs))
    for seed in range(runs):
        present = tie_set(found("random", n, seed, ties=2))
        counts[sum(2**bit for bit, pair in enumerate(pairs) if pair in present)] += 1
    sizes = np.array([code.bit_count() for code in range(counts.size)])
    share = p_tie**sizes * (1 - p_tie) ** (len(pairs) - sizes)
    assert stats.chisquare(counts, share * runs).pvalue > LEVEL


def test_scale_free_degrees_follow_barabasi_and_albert() -> None:
    # P(K >= k) = m (m + 1) / (k (k + 1)) (Dorogovtsev, Mendes & Samukhin 2000, PRL 85:4633).
    n, m = 50_000, 3
    network = found("scale_free", n, ties=2 * m)
    degree = network.degree
    assert degree.min() == m
    assert network.n_ties == m * (m + 1) // 2 + (n - m - 1) * m
    for k in (4, 6, 10, 20, 40):
        share = m * (m + 1) / (k * (k + 1))
        error = np.sqrt(share * (1 - share) / n)
        assert (degree >= k).mean() == pytest.approx(share, abs=4 * error)
    # The tail's exponent is 3 (Clauset, Shalizi & Newman 2009, eq. 3.7).
    tail = degree[degree >= 20]
    exponent = 1 + tail.size / np.log(tail / 19.5).sum()
    assert exponent == pytest.approx(3.0, abs=4 * 2 / np.sqrt(tail.size))
    assert degree.max() > 20 * degree.mean()


def test_scale_free_newcomers_tie_to_different_earlier_people() -> None:
    network = found("scale_free", 2000, ties=10)
    earlier = [int((network.of(person) < person).sum()) for person in range(2000)]
    assert earlier[:6] == [0, 1, 2, 3, 4, 5]
    assert set(earlier[6:]) == {5}
    assert not network.strong.any()


def test_groups_by_hand() -> None:
    network = found("groups", 8, group_size=3, weak_contacts=4)
    assert_well_formed(network)
    neighbours = [network.of(person).tolist() for person in range(8)]
    assert neighbours == [[1, 2], [0, 2], [0, 1], [4, 5], [3, 5], [3, 4], [7], [6]]
    assert network.strong.all()
    assert network.contacts_per_month == 4


def test_groups_of_goldenberg_give_four_strong_ties() -> None:
    network = found("groups", 3000, group_size=5, weak_contacts=5)
    assert (network.degree == 4).all()
    assert network.contacts_per_month == 5


def test_groups_of_one_are_nobody() -> None:
    assert found("groups", 20, group_size=1).n_ties == 0


# --- edge lists -----------------------------------------------------------------------------------


def write(folder: Path, text: str) -> str:
    path = folder / "ties.csv"
    path.write_text(text)
    return str(path)


def test_edge_list_is_read(tmp_path: Path) -> None:
    file = write(tmp_path, "a,b,strong\n0,1,1\n3, 1,0\n1,3,0\n2,0,0\n")
    network = found("edge_list", 5, file=file)
    assert_well_formed(network)
    assert tie_set(network) == {(0, 1): True, (1, 3): False, (0, 2): False}


def test_edge_list_without_strength_is_strong(tmp_path: Path) -> None:
    network = found("edge_list", 5, file=write(tmp_path, "b,a\n0,1\n2,0\n"))
    assert tie_set(network) == {(0, 1): True, (0, 2): True}


def test_edge_list_takes_true_and_false_and_further_columns(tmp_path: Path) -> None:
    file = write(tmp_path, "name,a,b,strong\nx,0,1,true\ny,1,2,False\n")
    assert tie_set(found("edge_list", 3, file=file)) == {(0, 1): True, (1, 2): False}


def test_edge_list_without_ties_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"has no ties\."):
        read_edge_list(write(tmp_path, "a,b\n"), 3)


@pytest.mark.parametrize(
    ("text", "n_people", "ties"),
    [
        ("Source,Target\n1,2\n2,3\n", 3, {(0, 1): True, (1, 2): True}),
        ("# karate\n1 2\n2 3\n", 3, {(0, 1): True, (1, 2): True}),
        ("0\t1\n1\t2\n", 3, {(0, 1): True, (1, 2): True}),
        ("from;to;weight\n0;1;5\n1;2;1\n1;1;9\n", 3, {(0, 1): True, (1, 2): False}),
        ("anna,bert\nbert,cora\ncora,bert\n", 3, {(0, 1): True, (1, 2): True}),
        ("source,target\n10,30\n30,20\n", 5, {(0, 2): True, (1, 2): True}),
        ('<graphml><graph><edge source="x" target="y"/></graph></graphml>', 2, {(0, 1): True}),
    ],
)
def test_files_as_people_have_them_are_read(
    tmp_path: Path, text: str, n_people: int, ties: dict[tuple[int, int], bool]
) -> None:
    file = write(tmp_path, text)
    assert tie_set(found("edge_list", n_people, file=file)) == ties


def test_more_people_in_a_file_than_there_are_is_said_with_a_remedy(tmp_path: Path) -> None:
    file = write(tmp_path, "source,target\n1,2\n3,4\n")
    with pytest.raises(ScenarioError, match=r"ties 4 different people; there are 3\. Set pop"):
        read_edge_list(file, 3)


def test_what_a_file_of_ties_became_is_said(tmp_path: Path) -> None:
    file = write(tmp_path, "source,target\n1,2\n2,1\n2,2\n2,3\n")
    told = read_edges(file, 5).oddity
    assert told == (
        "has 2 ties; 1 without effect (self loops or weight 0); 1 named more than once; "
        "2 of 5 people have none; ids count from 1."
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("0,5", "whole numbers from 0 to 4"),
        ("-1,2", "whole numbers from 0 to 4"),
        ("0,1.5", "whole numbers from 0 to 4"),
        ("0,anna", "whole numbers from 0 to 4"),
        ("0,", "whole numbers from 0 to 4"),
        ("", "whole numbers from 0 to 4"),
        ("1e30,0", "whole numbers from 0 to 4"),
        ("2,2", "cannot be tied to themself"),
    ],
)
def test_edge_list_names_the_offending_line(tmp_path: Path, line: str, message: str) -> None:
    file = write(tmp_path, f"a,b\n0,1\n1,2\n{line}\n3,4\n")
    with pytest.raises(ScenarioError, match=message) as caught:
        read_edge_list(file, 5)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line, fault.key) == (Path(file), 4, "network.file")


@pytest.mark.parametrize("strength", ["2", "", "yes", "0.5"])
def test_edge_list_names_lines_without_strength(tmp_path: Path, strength: str) -> None:
    file = write(tmp_path, f"a,b,strong\n0,1,1\n1,2,{strength}\n")
    with pytest.raises(ScenarioError, match=r"ties\.csv:3: network\.file strong must be 0 or 1"):
        read_edge_list(file, 5)


def test_edge_list_tells_all_faults_up_to_twenty(tmp_path: Path) -> None:
    file = write(tmp_path, "a,b\n" + "9,9\n" * 3)
    with pytest.raises(ScenarioError) as caught:
        read_edge_list(file, 5)
    assert [fault.line for fault in caught.value.faults] == [2, 3, 4]
    file = write(tmp_path, "a,b\n" + "9,9\n" * 25)
    with pytest.raises(ScenarioError, match="has 5 more lines with faults") as caught:
        read_edge_list(file, 5)
    assert len(caught.value.faults) == 21


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x,b\n0,1\n", "has no column a. Got x, b."),
        ("x,y\n0,1\n", "has no column a and no column b"),
        ("", "cannot be read"),
        ("a,b\n0,1,1\n1,2,0\n", "cannot be read"),
        ("a,b\n0,1\n1,2,0\n", "cannot be read"),
    ],
)
def test_edge_list_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        read_edge_list(write(tmp_path, text), 5)


def test_edge_list_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nowhere\.csv: network\.file cannot be read"):
        read_edge_list(str(tmp_path / "nowhere.csv"), 5)
    with pytest.raises(ScenarioError, match="is needed by kind 'edge_list'"):
        found("edge_list", 5)
