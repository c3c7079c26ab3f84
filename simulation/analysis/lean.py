"""Lean: what is brought to touchpoints and cannot be used there, and where it would be.

What a resource brings beyond what comes out is its slack, max(x − z, 0): the scarcer resources
beside it do not let it work. Amounts are sums over encounters a month, in units of input (0 to 1
an encounter and outcome), means over the last twelve months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.analysis.interval import t_table
from simulation.analysis.journey import late_mean

if TYPE_CHECKING:
    import pandas as pd


def lean_table(series: pd.DataFrame) -> pd.DataFrame:
    """Return what is brought, used and slack at every touchpoint, resource by resource.

    Args:
        series: Tidy series with brought and slack of ``touchpoint:resource``.

    Returns:
        Columns touchpoint, resource, brought, used, slack (a month), slack_share (of what is
        brought), low, high (its 95 % t-interval over runs, alone). What nobody brings has no
        share.
    """
    import pandas as pd

    brought, slack = _amounts(series)
    share = t_table(slack / brought.where(brought > 0.0))
    table = pd.DataFrame({
        "brought": brought.mean(), "used": (brought - slack).mean(), "slack": slack.mean(),
        "slack_share": share["mean"], "low": share["low"], "high": share["high"],
    }).reset_index(names="of")  # fmt: skip
    names = table.pop("of").str.split(":", n=1)
    table.insert(0, "touchpoint", names.str[0])
    table.insert(1, "resource", names.str[1])
    return table


def resource_table(series: pd.DataFrame) -> pd.DataFrame:
    """Return each resource over all touchpoints, and what moving it between them would free.

    Returns:
        Columns resource, brought, used, slack, slack_share, low, high, misplaced (share of what is
        brought that would have to move for every touchpoint to have the same slack share: the
        moves of ``reallocation_table`` that are above 0). Moves are means over runs first: within
        a run chance moves something everywhere, and what it moves to a touchpoint in one run it
        takes away in another.
    """
    import pandas as pd

    brought, slack = _amounts(series)
    resource = [name.split(":", 1)[1] for name in brought.columns]
    total = brought.T.groupby(resource, sort=False).sum().T
    idle = slack.T.groupby(resource, sort=False).sum().T
    moved = _moves(brought, slack).mean().clip(lower=0.0).groupby(resource, sort=False).sum()
    share = t_table(idle / total.where(total > 0.0))
    table = pd.DataFrame({
        "brought": total.mean(), "used": (total - idle).mean(), "slack": idle.mean(),
        "slack_share": share["mean"], "low": share["low"], "high": share["high"],
        "misplaced": moved / total.mean().where(total.mean() > 0.0),
    })  # fmt: skip
    return table.rename_axis("resource").reset_index()


def reallocation_table(series: pd.DataFrame, resource: str = "platform") -> pd.DataFrame:
    """Return how the same total of a resource would be spread by what touchpoints use of it.

        fair_τ = Σ brought · used_τ / Σ used,   move_τ = fair_τ − brought_τ

    Every touchpoint would then have the slack share of the whole. This is where to look first, not
    what would come of it: what is used depends on what else is brought, so that only a run with
    the new allocation tells the gain.

    Args:
        series: Tidy series with brought and slack of ``touchpoint:resource``.
        resource: The resource to spread anew.

    Returns:
        What gives most first: touchpoint, brought, used, slack, slack_share, move, low, high (its
        95 % t-interval over runs, alone). Moves add up to 0.

    Raises:
        ValueError: No touchpoint is brought this resource.
    """
    import pandas as pd

    brought, slack = _amounts(series)
    mine = [name for name in brought.columns if name.split(":", 1)[1] == resource]
    if not mine:
        raise ValueError(f"resource must be one that the series has. Got {resource!r}.")
    move = t_table(_moves(brought[mine], slack[mine]))
    given, idle = brought[mine].mean(), slack[mine].mean()
    table = pd.DataFrame({
        "brought": given, "used": given - idle, "slack": idle,
        "slack_share": idle / given.where(given > 0.0),
        "move": move["mean"], "low": move["low"], "high": move["high"],
    })  # fmt: skip
    table.index = pd.Index([name.split(":", 1)[0] for name in mine], name="touchpoint")
    return table.sort_values("move", kind="stable").reset_index()


def _amounts(series: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    brought = late_mean(series, "brought")
    slack = late_mean(series, "slack").reindex(columns=brought.columns)
    return brought, slack


def _moves(brought: pd.DataFrame, slack: pd.DataFrame) -> pd.DataFrame:
    """Return what each touchpoint would get more of each resource: runs by touchpoint:resource."""
    resource = [name.split(":", 1)[1] for name in brought.columns]
    used = brought - slack
    total = brought.T.groupby(resource).transform("sum").T
    at_work = used.T.groupby(resource).transform("sum").T
    return total * used / at_work.where(at_work > 0.0) - brought
