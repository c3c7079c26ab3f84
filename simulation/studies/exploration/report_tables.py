"""The tables of an exploration's report."""

from __future__ import annotations

from simulation.report.table import Table, in_chapter
from simulation.report.words import label, number, percent, signed
from simulation.studies.exploration.tables import ExplorationTables
from simulation.studies.futures.words import ends_text, of_all

MOST_SUBSETS = 15


def tables_of(tables: ExplorationTables) -> list[Table]:
    """Return the tables: shares, regret, what to find out, what was uncertain, the emulator."""
    return [
        *in_chapter("decision", shares_table(tables), regret_table(tables)),
        *in_chapter("influence", information_table(tables), indices_table(tables)),
        *in_chapter("", measures_table(tables), emulator_table(tables), assumptions_table(tables)),
    ]


def shares_table(tables: ExplorationTables) -> Table:
    """Return in which share of futures each arm is better, and for whom."""
    heads = ("arm", "for whom", "better", "95\u00a0% interval", "same", "worse", "mean effect",
             "at the scenario's own values")  # fmt: skip
    rows = []
    for arm in tables.arms:
        for benefit, share in arm["shares"].items():
            money = tables.is_money(benefit)
            scale = tables.factor if money else 1.0
            present = arm["own"][benefit]
            rows.append((
                tables.arm_text(arm), tables.whom(benefit), of_all(share["better"]["value"]),
                ends_text(share["better"]), of_all(share["same"]["value"]),
                of_all(share["worse"]["value"]), signed(share["mean"] * scale),
                (f"{signed(present['mean'] * scale)} ({signed(present['low'] * scale)} to "
                f"{signed(present['high'] * scale)})"),
            ))  # fmt: skip
    title = (
        f"Shares of futures, against {tables.base}; effects in {tables.currency} a month, outcomes "
        "in their own units with plus for better; a share is of the stated ranges, not a "
        "probability"
    )
    return Table(title, heads, tuple(rows), n_names=2, is_open=True)


def regret_table(tables: ExplorationTables) -> Table:
    """Return what each arm may cost against the best one in each future."""
    heads = ("arm", "mean", "90th percentile", "greatest", "best in", "within the margin in")
    rows = tuple(
        (
            tables.arm_text(one),
            *(number(one[key] * tables.factor) for key in ("mean", "high", "greatest")),
            of_all(one["best"]),
            of_all(one["satisficing"]),
        )
        for one in tables.findings["regret"]["arms"]
    )
    title = f"Regret, {tables.currency} a month forgone against the best arm of each future"
    return Table(title, heads, rows, is_open=True)


def information_table(tables: ExplorationTables) -> Table:
    """Return what knowing an assumption, or two, is worth."""
    info = tables.findings["information"]
    weighted = [name for name in ("centre", "edge") if name in info["evpi"]]
    heads = ("assumption", f"{tables.currency} a month", "95\u00a0% interval",
             f"over {info['months']} months", *(f"{name}-weighted" for name in weighted),
             "chance alone shows", "worth a study")  # fmt: skip
    rows = tuple(
        (
            " and ".join(tables.name(at) for at in one["assumptions"]),
            number(one["value"] * tables.factor),
            f"{number(one['low'] * tables.factor)} to {number(one['high'] * tables.factor)}",
            number(one["value"] * info["factor"] * tables.factor),
            *(number(one[name] * tables.factor) for name in weighted),
            number(one["floor"] * tables.factor),
            "yes" if one["shown"] else "not shown",
        )
        for one in info["subsets"][:MOST_SUBSETS]
    )
    title = "What to find out first: value of knowing an assumption before deciding"
    return Table(title, heads, rows, is_open=True)


def measures_table(tables: ExplorationTables) -> Table:
    """Return the share better under each way to weight the ranges."""
    heads = ("arm", "ranges weighted", "better", "95\u00a0% interval", "rests on futures")
    rows = []
    for arm in tables.arms:
        even = arm["shares"][tables.whose]["better"]
        rows.append((tables.arm_text(arm), "evenly", of_all(even["value"]), ends_text(even),
                     number(even["n"])))  # fmt: skip
        for name, words in (("centre", "towards the middle"), ("edge", "towards the ends")):
            entry = arm["measures"][name]
            if "better" in entry:
                share = (of_all(entry["better"]["value"]), ends_text(entry["better"]))
            else:
                share = ("too few futures", "")
            rows.append((tables.arm_text(arm), words, *share, number(entry["effective"])))
    return Table("How the ranges are weighted, for the one who decides", heads, tuple(rows),
                 n_names=2)  # fmt: skip


def indices_table(tables: ExplorationTables) -> Table:
    """Return what makes the difference differ, by Sobol indices of the contrast."""
    heads = ("arm", "assumption", "alone", "95\u00a0% interval", "with interactions",
             "95\u00a0% interval")  # fmt: skip
    rows = tuple(
        (
            tables.arm_text(arm), tables.name(arm["kept"][one["assumption"]]),
            percent(one["alone"]), f"{percent(one['alone_low'])} to {percent(one['alone_high'])}",
            percent(one["total"]),
            f"{percent(one['total_low'])} to {percent(one['total_high'])}",
        )
        for arm in tables.arms
        for one in arm["indices"]
    )  # fmt: skip
    title = (
        "Sensitivity of the difference: Sobol indices of the emulator; intervals cover what it "
        "does not know between the futures that were run, its smoothness taken as known; of a "
        "total they begin above 0 even without an effect"
    )
    return Table(title, heads, rows, n_names=2)


def emulator_table(tables: ExplorationTables) -> Table:
    """Return how far each emulator may be trusted."""
    heads = ("arm", "emulator", "R² on futures left out", "can be known", "quadratic's R²",
             "intervals cover", "its shape is shown")  # fmt: skip
    level = tables.findings["level"] or {}
    joint = [(f"{tables.name_of(level['lever'])}, any level", level["emulator"])
             ] if "emulator" in level else []  # fmt: skip
    of_arms = [(tables.arm_text(arm), arm["emulator"]) for arm in tables.arms]
    rows = tuple(
        (
            name, quality["kind"], f"{quality['r2']:.2f}", f"{quality['ceiling']:.2f}",
            f"{quality['quadratic_r2']:.2f}", percent(quality["coverage"]),
            "yes" if quality["speaks"] else "no: below half of what can be known",
        )
        for name, quality in [*of_arms, *joint]
    )  # fmt: skip
    return Table("The emulator of the paired difference", heads, rows, n_names=2)


def assumptions_table(tables: ExplorationTables) -> Table:
    """Return what was uncertain, and between what."""
    rows = tuple(
        (tables.name(at), tables.text(at, 0.0), tables.text(at, 1.0), tables.unit(at),
         tables.meaning(at))
        for at in range(len(tables.findings["assumptions"]))
    )  # fmt: skip
    heads = ("assumption", "from", "to", "unit", "meaning")
    return Table(label("What was uncertain"), heads, rows, n_names=5)
