"""Service desks: against SimPy call by call, against Erlang, and by what must always hold.

Comparisons with Erlang's formulas use batch means under fixed seeds, so they are deterministic;
``LEVEL`` is the chance that one figure of a correct desk would fail under a seed chosen afresh.
"""

from __future__ import annotations

import numpy as np
import pytest
from desk_oracle import erlang_a, erlang_c, simpy_desk
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulation.jit import njit
from simulation.kernels import desk
from simulation.kernels.desk import CONSTANT, EXPONENTIAL, LOGNORMAL, day_profile
from simulation.scenario.schema import Desks
from simulation.scenario.words import HandlingTimes
from simulation.streams import Streams, uniforms

# Subroutines of kernels, compiled so that Python can call them.
contacts = njit(desk.contacts.py_func, cache=True)
serve = njit(desk.serve.py_func, cache=True)

LEVEL = 1e-3
BATCHES = 40

BANK_DAY = np.array(Desks().profile, dtype=float)


def run_desk(arrival, handling, patience, servers):
    """Return waits, abandonments and busy time as new arrays."""
    wait = np.full(len(arrival), np.nan)
    abandoned = np.zeros(len(arrival), dtype=bool)
    busy = serve(
        np.asarray(arrival, dtype=float),
        np.asarray(handling, dtype=float),
        np.asarray(patience, dtype=float),
        servers,
        wait,
        abandoned,
    )
    return wait, abandoned, busy


def draw_contacts(n, *, law=LOGNORMAL, mean=8.0, spread=0.6, patience=3.0, seed=1, **desk):
    """Draw the contacts of persons 0 … n-1 at a desk open eight hours on 21 days."""
    keys = Streams(seed).at("encounter", 1).each("day", "time", "handling", "patience")
    minutes, days = desk.get("open_minutes", 21 * 480.0), desk.get("days", 21)
    profile = day_profile(desk.get("profile", BANK_DAY))
    person = desk.get("person", np.arange(n, dtype=np.uint32))
    part, parts = desk.get("part", 0), desk.get("parts", 1)
    return contacts(person, *keys, minutes, days, part, parts, profile, law, mean, spread, patience)


# Multiples of 1/8 are exact in floating point, so that ties happen and are ties in SimPy as well.
eighths = st.integers(0, 80).map(lambda eighth: eighth / 8)
patiences = st.one_of(eighths, st.just(np.inf))
crowds = st.lists(st.tuples(eighths, eighths, patiences), max_size=40)


def columns(crowd):
    """Return arrival, handling and patience of a list of contacts."""
    return np.array(crowd, dtype=float).reshape(-1, 3).T


# --- the queue, by hand ---------------------------------------------------------------------------


def test_one_server_by_hand() -> None:
    # 0 is served 0-5; 1 waits 4 and is served 5-7; 2 leaves after 1; 3 finds the desk free.
    wait, abandoned, busy = run_desk([0, 1, 2, 8], [5, 2, 9, 1], [9, 9, 1, 9], 1)
    assert wait.tolist() == [0, 4, 1, 0]
    assert abandoned.tolist() == [False, False, True, False]
    assert busy == 8


def test_two_servers_by_hand() -> None:
    wait, abandoned, busy = run_desk([0, 0, 1, 2], [4, 2, 3, 1], [np.inf] * 4, 2)
    assert wait.tolist() == [0, 0, 1, 2]
    assert not abandoned.any()
    assert busy == 10


def test_equal_arrivals_are_served_in_the_order_of_persons() -> None:
    wait, _, _ = run_desk([3, 0, 3, 3], [1, 1, 1, 1], [np.inf] * 4, 1)
    assert wait.tolist() == [0, 0, 1, 2]


def test_whoever_would_wait_exactly_their_patience_is_served() -> None:
    wait, abandoned, _ = run_desk([0, 1, 1], [5, 1, 1], [0, 4, 4.5], 1)
    assert abandoned.tolist() == [False, False, True]
    assert wait.tolist() == [0, 4, 4.5]


def test_an_empty_month_is_no_work() -> None:
    wait, _, busy = run_desk([], [], [], 3)
    assert wait.size == 0
    assert busy == 0.0


def test_a_desk_without_servers_is_refused() -> None:
    with pytest.raises(ValueError, match="servers must be at least 1"):
        run_desk([0], [1], [1], 0)


# --- the queue, against SimPy ---------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(crowds, st.integers(1, 5))
def test_agrees_with_simpy_call_by_call(crowd, servers: int) -> None:
    arrival, handling, patience = columns(crowd)
    wait, abandoned, _ = run_desk(arrival, handling, patience, servers)
    simpy_wait, simpy_abandoned = simpy_desk(arrival, handling, patience, servers)
    np.testing.assert_array_equal(abandoned, simpy_abandoned)
    np.testing.assert_allclose(wait, simpy_wait, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("servers", "occupancy", "patience", "least_abandoned"),
    [(1, 0.9, np.inf, 0.0), (3, 1.5, 3.0, 0.25), (20, 2.0, 2.0, 0.4), (150, 1.0, 1.0, 0.01)],
)
def test_agrees_with_simpy_over_a_long_month(
    servers: int, occupancy: float, patience: float, least_abandoned: float
) -> None:
    n = 4000
    minutes = n * 8.0 / servers / occupancy
    times = draw_contacts(n, patience=patience, seed=servers, open_minutes=minutes)
    wait, abandoned, _ = run_desk(*times, servers)
    simpy_wait, simpy_abandoned = simpy_desk(*times, servers)
    np.testing.assert_array_equal(abandoned, simpy_abandoned)
    np.testing.assert_allclose(wait, simpy_wait, rtol=0, atol=1e-9)
    assert abandoned.mean() >= least_abandoned
    assert wait.max() > 0.0


# --- the queue, by what must always hold ----------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(crowds, st.integers(1, 5))
def test_everyone_is_served_or_leaves_and_work_is_conserved(crowd, servers: int) -> None:
    arrival, handling, patience = columns(crowd)
    wait, abandoned, busy = run_desk(arrival, handling, patience, servers)
    served = ~abandoned
    assert served.sum() + abandoned.sum() == arrival.size
    assert busy == handling[served].sum()
    assert (wait >= 0).all()
    assert (wait[served] <= patience[served]).all()
    np.testing.assert_array_equal(wait[abandoned], patience[abandoned])


@settings(max_examples=200, deadline=None)
@given(crowds, st.integers(1, 5))
def test_services_start_first_come_first_served(crowd, servers: int) -> None:
    arrival, handling, patience = columns(crowd)
    wait, abandoned, _ = run_desk(arrival, handling, patience, servers)
    order = np.argsort(arrival, kind="stable")
    order = order[~abandoned[order]]
    assert (np.diff((arrival + wait)[order]) >= 0).all()


@settings(max_examples=200, deadline=None)
@given(crowds, st.integers(1, 5))
def test_servers_are_never_too_many_and_never_idle_while_people_wait(crowd, servers: int) -> None:
    arrival, handling, patience = columns(crowd)
    wait, abandoned, _ = run_desk(arrival, handling, patience, servers)
    begin, end = arrival + wait, arrival + wait + handling
    for now in np.unique(np.concatenate([arrival, begin, end])):
        # Just after ``now``; all times are multiples of 1/8.
        moment = now + 1 / 16
        at_work = (~abandoned & (begin < moment) & (moment < end)).sum()
        waiting = ((arrival < moment) & (moment < begin)).sum()
        assert at_work <= servers
        assert waiting == 0 or at_work == servers


@settings(max_examples=200, deadline=None)
@given(crowds, st.integers(1, 5))
def test_another_server_lengthens_no_wait_where_nobody_leaves(crowd, servers: int) -> None:
    arrival, handling, _ = columns(crowd)
    forever = np.full(arrival.size, np.inf)
    fewer, _, _ = run_desk(arrival, handling, forever, servers)
    more, _, _ = run_desk(arrival, handling, forever, servers + 1)
    assert (more <= fewer).all()


@settings(max_examples=100, deadline=None)
@given(crowds, st.integers(0, 3))
def test_nobody_waits_where_servers_are_as_many_as_contacts(crowd, spare: int) -> None:
    arrival, handling, patience = columns(crowd)
    wait, abandoned, _ = run_desk(arrival, handling, patience, max(len(crowd), 1) + spare)
    assert not wait.any()
    assert not abandoned.any()


@settings(max_examples=100, deadline=None)
@given(crowds, st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_order_of_the_arrays_matters_to_equal_arrivals_only(crowd, servers, random) -> None:
    arrival, handling, patience = columns(crowd)
    _, first = np.unique(arrival, return_index=True)
    shuffled = first.copy()
    random.shuffle(shuffled)
    wait, abandoned, _ = run_desk(arrival[first], handling[first], patience[first], servers)
    again = run_desk(arrival[shuffled], handling[shuffled], patience[shuffled], servers)
    back = np.argsort(shuffled)
    place = np.searchsorted(np.sort(first), first)
    np.testing.assert_array_equal(again[0][back][place], wait)
    np.testing.assert_array_equal(again[1][back][place], abandoned)


@settings(max_examples=100, deadline=None)
@given(crowds, st.integers(1, 5), st.integers(0, 40))
def test_those_behind_never_delay_those_before(crowd, servers: int, cut: int) -> None:
    times = columns(sorted(crowd, key=lambda contact: contact[0]))
    wait, abandoned, _ = run_desk(*times, servers)
    fewer = run_desk(*times[:, :cut], servers)
    np.testing.assert_array_equal(fewer[0], wait[:cut])
    np.testing.assert_array_equal(fewer[1], abandoned[:cut])


# --- the queue, against Erlang --------------------------------------------------------------------


def poisson_calls(n: int, rate: float, handling: float, patience: float, seed: int):
    """Return a Poisson stream of n calls with exponential handling times and patience."""
    draws = Streams(seed).at("desk", 0)
    gap, length, limit = (-np.log(uniforms(draws(name), n)) for name in ("gap", "length", "limit"))
    return np.cumsum(gap) / rate, length * handling, limit * patience


def interval(value: np.ndarray) -> tuple[float, float]:
    """Return mean and half-width of its interval at level 1 − LEVEL, by means of batches.

    The first tenth is warm-up. A batch is hundreds of times the queue's memory, so that batch means
    are as good as independent and Student's t holds.
    """
    steady = value[value.size // 10 :].astype(float)
    means = steady[: steady.size // BATCHES * BATCHES].reshape(BATCHES, -1).mean(axis=1)
    half = stats.t.isf(LEVEL / 2, BATCHES - 1) * means.std(ddof=1) / np.sqrt(BATCHES)
    return float(means.mean()), float(half)


def assert_is(value: np.ndarray, expected: float, *, precision: float) -> None:
    """Check that the interval of the mean covers the expected value and is narrow."""
    mean, half = interval(value)
    assert abs(mean - expected) < half
    assert half < precision * abs(expected)


def test_erlang_c_call_centre_of_360_calls_per_half_hour() -> None:
    # Rate .2 a second, 240 s each, 55 agents; the three figures are those of MODEL section 7.
    theory = erlang_c(55, 48.0)
    assert theory.p_wait == pytest.approx(0.23870, abs=5e-6)
    assert theory.mean_wait * 240 == pytest.approx(8.184, abs=5e-4)
    assert theory.within(15 / 240) == pytest.approx(0.8459, abs=5e-5)
    calls = poisson_calls(4_000_000, 0.2, 240.0, np.inf, seed=1)
    wait, abandoned, _ = run_desk(*calls, 55)
    assert not abandoned.any()
    assert_is(wait > 0, 0.23870, precision=0.05)
    assert_is(wait, 8.184, precision=0.1)
    assert_is(wait <= 15, 0.8459, precision=0.02)


@pytest.mark.parametrize(
    ("servers", "load", "p_wait"),
    [(2, 1, 0.333333), (5, 4, 0.554113), (10, 8, 0.409180), (10, 9, 0.668732)],
)
def test_erlang_c_chance_of_waiting(servers: int, load: float, p_wait: float) -> None:
    theory = erlang_c(servers, load)
    assert theory.p_wait == pytest.approx(p_wait, abs=5e-7)
    calls = poisson_calls(1_000_000, load, 1.0, np.inf, seed=servers + 100 * load)
    wait, _, _ = run_desk(*calls, servers)
    assert_is(wait > 0, p_wait, precision=0.05)
    assert_is(wait, theory.mean_wait, precision=0.15)


@pytest.mark.parametrize(
    ("servers", "load", "patience"), [(10, 9.0, 0.5), (10, 12.0, 0.25), (3, 6.0, 2.0)]
)
def test_erlang_a_abandonment_and_its_identity(servers: int, load: float, patience: float) -> None:
    rate = load
    theory = erlang_a(rate, 1.0, patience, servers)
    assert theory.p_abandon * rate == pytest.approx(theory.mean_queue / patience, rel=1e-12)
    calls = poisson_calls(1_000_000, rate, 1.0, patience, seed=servers + int(8 * load))
    wait, abandoned, busy = run_desk(*calls, servers)
    assert_is(abandoned, theory.p_abandon, precision=0.05)
    assert_is(wait > 0, theory.p_wait, precision=0.02)
    # E[Lq] = λ E[W] turns the identity P(ab) λ = θ E[Lq] into one of means over calls.
    mean, half = interval(abandoned - wait / patience)
    assert abs(mean) < half < 0.02
    assert busy / servers / calls[0][-1] == pytest.approx(
        load * (1 - theory.p_abandon) / servers, rel=0.01
    )


def test_erlang_a_with_patience_beyond_measure_is_erlang_c() -> None:
    assert erlang_a(8.0, 1.0, 1e9, 10).p_wait == pytest.approx(erlang_c(10, 8.0).p_wait, abs=1e-6)


# --- the contacts ---------------------------------------------------------------------------------


def test_handling_laws_are_numbered_as_scenarios_list_them() -> None:
    laws = {
        HandlingTimes.LOGNORMAL: LOGNORMAL,
        HandlingTimes.EXPONENTIAL: EXPONENTIAL,
        HandlingTimes.CONSTANT: CONSTANT,
    }
    assert [laws[word] for word in HandlingTimes] == [0, 1, 2]


def test_day_profile_leaves_out_hours_without_arrivals() -> None:
    weights = np.zeros(24)
    weights[[8, 9, 15]] = 1.0, 2.0, 1.0
    assert day_profile(weights).tolist() == [0.0, 0.25, 0.75, 1.0]


def test_day_profile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one hour"):
        day_profile(np.zeros(24))


def test_arrivals_follow_days_and_profile() -> None:
    arrival, _, _ = draw_contacts(200_000)
    assert arrival.min() >= 0.0
    assert arrival.max() < 21 * 480.0
    day, minute = np.divmod(arrival, 480.0)
    assert stats.chisquare(np.bincount(day.astype(int), minlength=21)).pvalue > LEVEL
    weights = BANK_DAY[BANK_DAY > 0]
    hour = np.bincount((minute / 480.0 * weights.size).astype(int), minlength=weights.size)
    expected = weights / weights.sum() * arrival.size
    assert stats.chisquare(hour, expected).pvalue > LEVEL
    # The profile is not flat: the same counts are no sample of a flat one.
    assert stats.chisquare(hour).pvalue < 1e-100
    # Within an hour, time is uniform.
    within = minute / 480.0 * weights.size % 1.0
    assert stats.kstest(within, "uniform").pvalue > LEVEL


def test_arrival_by_hand() -> None:
    # Two hours of weights 1 and 3: u = 0.625 lies half way through the second one.
    weights = np.zeros(24)
    weights[[10, 20]] = 1.0, 3.0
    keys = Streams(1).at("encounter", 1)
    person = np.arange(1000, dtype=np.uint32)
    arrival, _, _ = draw_contacts(1000, profile=weights, open_minutes=600.0, days=3, person=person)
    u_day, u_time = uniforms(keys("day"), 1000), uniforms(keys("time"), 1000)
    within = np.where(u_time < 0.25, u_time / 0.25, 1 + (u_time - 0.25) / 0.75) / 2
    np.testing.assert_allclose(arrival, 200.0 * (np.floor(3 * u_day) + within), atol=1e-9)


@pytest.mark.parametrize("law", [LOGNORMAL, EXPONENTIAL, CONSTANT])
def test_handling_times_have_the_given_mean(law: int) -> None:
    _, handling, _ = draw_contacts(200_000, law=law, mean=8.0)
    error = handling.std() / np.sqrt(handling.size)
    assert abs(handling.mean() - 8.0) <= stats.norm.isf(LEVEL / 2) * error


def test_handling_times_follow_their_laws() -> None:
    _, lognormal, _ = draw_contacts(100_000, law=LOGNORMAL, mean=8.0, spread=0.6)
    centre = np.log(8.0) - 0.18
    assert stats.kstest((np.log(lognormal) - centre) / 0.6, "norm").pvalue > LEVEL
    _, exponential, _ = draw_contacts(100_000, law=EXPONENTIAL, mean=8.0)
    assert stats.kstest(exponential / 8.0, "expon").pvalue > LEVEL
    _, constant, _ = draw_contacts(1000, law=CONSTANT, mean=8.0)
    assert (constant == 8.0).all()


def test_lognormal_without_spread_is_constant() -> None:
    _, handling, _ = draw_contacts(1000, law=LOGNORMAL, mean=8.0, spread=0.0)
    assert (handling == 8.0).all()


def test_patience_is_exponential_or_endless() -> None:
    _, _, patience = draw_contacts(100_000, patience=3.0)
    assert stats.kstest(patience / 3.0, "expon").pvalue > LEVEL
    _, _, endless = draw_contacts(1000, patience=np.inf)
    assert (endless == np.inf).all()


def test_nobodys_times_depend_on_who_else_calls() -> None:
    everyone = draw_contacts(1000)
    some = np.array([3, 500, 999], dtype=np.int64)
    for all_times, their_times in zip(everyone, draw_contacts(3, person=some), strict=True):
        np.testing.assert_array_equal(all_times[some], their_times)


def test_levers_change_only_what_they_name() -> None:
    arrival, handling, patience = draw_contacts(1000, mean=8.0, patience=3.0)
    longer = draw_contacts(1000, mean=16.0, patience=3.0)
    np.testing.assert_array_equal(longer[0], arrival)
    np.testing.assert_allclose(longer[1], 2 * handling, rtol=1e-14)
    np.testing.assert_array_equal(longer[2], patience)


def test_the_four_draws_of_a_contact_are_independent() -> None:
    arrival, handling, patience = draw_contacts(100_000)
    day, minute = np.divmod(arrival, 480.0)
    ranks = [stats.rankdata(column) for column in (day, minute, handling, patience)]
    correlation = np.corrcoef(ranks)[np.triu_indices(4, 1)]
    assert np.abs(correlation).max() < stats.norm.isf(LEVEL / 2 / 6) / np.sqrt(100_000)


def test_longer_opening_shortens_waits() -> None:
    n = 5000
    waits = []
    for hours in (168.0, 336.0, 720.0):
        times = draw_contacts(n, open_minutes=hours * 60, patience=np.inf)
        waits.append(run_desk(*times, 5)[0].mean())
    assert waits[0] > waits[1] > waits[2]
