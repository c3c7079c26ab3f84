"""Reading the design of an experiment, and whether it goes together with what is varied."""

from __future__ import annotations

from simulation.experiment.design import USES, Design, DesignKind, n_points
from simulation.experiment.drawn import POSTERIOR_KEY
from simulation.experiment.factors import Factor, Mixture
from simulation.experiment.posterior import ParameterDraws
from simulation.experiment.reader import Reader
from simulation.scenario.suggest import listed

MOST_POINTS = 1_000_000


def check_design(
    top: Reader, design: Design | None, factors: tuple[Factor, ...], draws: ParameterDraws | None
) -> None:
    """Note where a design does not go together with factors, or with draws of a posterior."""
    _agree(top, design, factors)
    _agree_with_draws(top, design, draws)


def read_design(below: Reader) -> Design | None:
    """Return the design of a table, or None after noting why there is none."""
    if not below.node.value:
        below.fault("", "is missing.", 'Write [design] and below it kind = "grid".')
        return None
    kind = below.word("kind", DesignKind, None)
    kinds = {
        key: [k.value for k in USES if key in USES[k]] for keys in USES.values() for key in keys
    }
    homes = {
        key: f"It belongs to kind = {listed(kinds_with, 'or')}."
        for key, kinds_with in kinds.items()
    }
    below.only(("kind", "limit", *(USES[kind] if kind else homes)), homes)
    read = Design(
        kind or DesignKind.GRID,
        n=below.whole("n", low=1, high=MOST_POINTS),
        levels=below.whole("levels", low=2, high=1001),
        trajectories=below.whole("trajectories", low=2, high=MOST_POINTS),
        seed=_or(below.whole("seed", low=0), 1),
        second_order=below.flag("second_order"),
        limit=below.whole("limit", low=1),
    )
    for key in ("n", "trajectories"):
        if kind is not None and key in USES[kind] and not below.has(key):
            below.fault(key, "is missing.", f"Write {key} = {64 if key == 'n' else 20}.")
    if kind is DesignKind.SOBOL and read.n is not None and read.n & (read.n - 1):
        lower = 1 << (read.n.bit_length() - 1)
        below.fault("n", f"must be a power of two. Got {read.n}.", f"Write {lower} or {2 * lower}.")
    if kind is DesignKind.MORRIS and (read.levels or 2) % 2:
        below.fault("levels", f"must be even. Got {read.levels}.", "Write 4.")
    return read if kind is not None else None


def _or[T](value: T | None, default: T) -> T:
    return default if value is None else value


def _agree(top: Reader, design: Design | None, factors: tuple[Factor, ...]) -> None:
    """Note where design and factors do not go together, or make too many points."""
    if design is None:
        return
    below = top.below("design")
    if factors and (n := n_points(design, factors)) > MOST_POINTS:
        message = f"makes {n:,} points before any are left out; at most {MOST_POINTS:,} are made."
        hint = 'Vary fewer factors, with fewer levels, or write kind = "lhs" and n = 256.'
        below.fault("kind", message, hint)
    mixtures = [factor for factor in factors if isinstance(factor.domain, Mixture)]
    if design.kind in (DesignKind.SOBOL, DesignKind.MORRIS) and mixtures:
        key = mixtures[0].key
        message = f"cannot be {design.kind.value}: the parts of {key} depend on each other."
        below.fault("kind", message, "Give its parts as ranges, or use lhs or grid.")
    if design.kind is DesignKind.SIMPLEX and factors and not mixtures:
        hint = 'Write "companies.focal.funding" = { simplex = 3, total = 30.0 }.'
        below.fault("kind", "cannot be simplex: no factor is a mixture.", hint)
    if design.kind is DesignKind.FUTURES and factors and len({one.role for one in factors}) < 2:
        hint = "Write [levers] for what is decided and [uncertainties] for what is unknown."
        below.fault("kind", "needs levers and uncertainties.", hint)
    if design.kind is DesignKind.SOBOL and len(factors) == 1:
        below.fault("kind", "needs at least two factors.", "With one factor, use a grid.")


def _agree_with_draws(top: Reader, design: Design | None, draws: ParameterDraws | None) -> None:
    """Note a design that cannot take draws of a posterior, or too few of them."""
    if draws is None or design is None:
        return
    if design.kind is not DesignKind.FUTURES:
        message = f"cannot be taken by a design of kind {design.kind.value}."
        top.fault(POSTERIOR_KEY, message, 'Write kind = "futures" and n = 256 below [design].')
    elif (design.n or 1) > len(draws.rows):
        message = f"has {len(draws.rows)} draws, and {design.n} futures are asked for."
        top.fault(POSTERIOR_KEY, message, "Ask for fewer futures.")
