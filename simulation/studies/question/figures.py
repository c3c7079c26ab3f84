"""Figures of a question: the results at each setting, and what the effect is most sensitive to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.attribution import orders as every_order
from simulation.analysis.interval import t_interval
from simulation.analysis.rules import Alternative, game, levels, shares_of
from simulation.analysis.verdict import Answer, JudgedClaim, Verdict
from simulation.report import colours
from simulation.report.canvas import (
    PLAIN,
    Setting,
    finish,
    house,
    seeds_frame,
    start,
    thousands,
)
from simulation.report.colours import Look
from simulation.report.figure import Figure
from simulation.report.words import label, number, sentence
from simulation.studies.attribution.figures.shapley import orders
from simulation.studies.question.answer import answer, turning
from simulation.studies.question.tables import AskedQuestion

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VERDICTS: dict[Verdict, Look] = {
    Verdict.SUPPORTED: Look(colours.GOOD, "-", "^"),
    Verdict.REFUTED: Look(colours.BAD, "--", "v"),
    Verdict.UNDECIDED: Look(colours.FAINT, ":", "o"),
}
"""How verdicts are drawn: distinguished by the marker as well."""

MOST_POINTS = 24


@dataclass(frozen=True)
class Axis:
    """What the value axis of a figure is called."""

    words: str

    def write(self, ax: Axes) -> None:
        """Label the horizontal axis."""
        ax.set_xlabel(self.words)
        thousands(ax, axis="x")


def _dots(
    ax: Axes, claims: Sequence[JudgedClaim], names: Sequence[str], *, looks: Sequence[Look]
) -> None:
    for row, (claim, look) in enumerate(zip(claims, looks, strict=True)):
        low, high = claim.mean - claim.low, claim.high - claim.mean
        ends = [[0.0 if x != x else x] for x in (low, high)]
        ax.errorbar(claim.mean, row, xerr=ends, fmt=look.marker, color=look.colour, markersize=6.5,
                    capsize=2.5, elinewidth=1.2)  # fmt: skip
    ax.set_yticks(range(len(names)), names, fontsize=8.5)
    ax.set_ylim(len(names) - 0.5, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")


def _verdict_legend(ax: Axes, *, rows: int) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=look.colour, marker=look.marker, linestyle="none", markersize=6.5)
        for look in VERDICTS.values()
    ]
    spot = (0.4, -0.62 / (0.34 * rows))
    ax.legend(handles, [verdict.value for verdict in VERDICTS], loc="upper center", ncols=3,
              fontsize=8.5, bbox_to_anchor=spot, borderaxespad=0)  # fmt: skip


@house
def alternatives(answer: Answer, ax: Axes | None = None, /, *, setting: Setting = PLAIN) -> Axes:
    """Draw the deciding effect under every assumption, with the threshold that it must pass.

    Args:
        answer: of a question.
        ax: where to draw.
        setting: scenario and seeds.
    """
    title = "Sensitivity: the effect under alternative assumptions"
    findings = [answer.main, *(other.finding for other in answer.others)]
    canvas = start(ax, (6.6, 1.75 + 0.34 * max(len(findings), 4)))
    claims = [finding.deciding for finding in findings]
    looks = [VERDICTS[finding.verdict] for finding in findings]
    _dots(canvas.ax, claims, [finding.alternative for finding in findings], looks=looks)
    threshold = answer.effect.threshold
    canvas.ax.axvline(
        threshold, color=colours.INK, linewidth=1.0, linestyle="-" if not threshold else "--"
    )
    canvas.ax.axhspan(-0.5, 0.5, color=colours.GRID, alpha=0.45, linewidth=0, zorder=0)
    Axis(f"effect ({answer.unit})" if answer.unit else "effect").write(canvas.ax)
    _verdict_legend(canvas.ax, rows=max(len(findings), 4))
    note = (
        "paired; the least clear comparison under each assumption; whisker: 95 %, in the baseline "
        "for all its comparisons, below for all of them at once"
    )
    return finish(canvas, title, seeds_frame(answer.main.n), setting, note)


@house
def settings(
    results: Alternative, ax: Axes | None = None, /, *, setting: Setting = PLAIN, unit: str = ""
) -> Axes:
    """Draw the results at each setting in the baseline, against the least.

    Args:
        results: the baseline.
        ax: where to draw.
        setting: scenario and seeds.
        unit: of the outcome.
    """
    title = "Results at each setting, above the least of them"
    table = results.values[results.main]
    means = table.mean()
    ranked = sorted(table.columns, key=lambda point: -float(means[point]))
    some = ranked if len(ranked) <= MOST_POINTS else [*ranked[: MOST_POINTS - 4], *ranked[-4:]]
    least = table[ranked[-1]].to_numpy()
    claims = []
    for point in some:
        mean, low, high = t_interval(table[point].to_numpy() - least).floats()
        claims.append(JudgedClaim(str(point), mean, low, high, 0.0))
    names = [_named(results, int(point)) for point in some]
    canvas = start(ax, (6.6, 1.5 + 0.32 * max(len(names), 3)))
    _dots(canvas.ax, claims, names, looks=[Look(colours.CEM, "-", "o")] * len(names))
    canvas.ax.axvline(0, color=colours.INK, linewidth=0.9)
    Axis(f"above the least\n({unit})" if unit else "above the least").write(canvas.ax)
    note = "paired; whisker: 95 % t-interval over seeds, each alone"
    return finish(canvas, title, seeds_frame(len(table)), setting, note)


def _named(results: Alternative, point: int) -> str:
    """Return what was set at a point: levels by name, divisions as shares, switches that are on."""
    row: dict[str, Any] = dict(results.cells.loc[point])
    varied = [str(name) for name in results.cells.columns if results.cells[name].nunique() > 1]
    short = {name: label(name.rpartition(".")[2]) for name in varied}
    first = {name: levels(results, name)[0] for name in varied}
    if len(varied) > 2 and all(results.cells[name].nunique() == 2 for name in varied):
        moved = [name for name in varied if row[name] != first[name]]
        words = [f"{short[name]}: {row[name]}" if isinstance(row[name], str) else short[name]
                 for name in moved]  # fmt: skip
        return (" · " if any(":" in word for word in words) else " + ").join(words) or "none"
    if len(varied) > 2 and not any(isinstance(row[name], str) for name in varied):
        total = sum(float(row[name]) for name in varied)
        return "/".join(f"{100 * float(row[name]) / total:.0f}" for name in varied) + " %"
    if len(varied) == 1:
        return str(row[varied[0]])
    return " · ".join(f"{short[name]}: {_text(row[name])}" for name in varied)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else number(float(value))


@house
def response(
    results: Alternative,
    ax: Axes | None = None,
    /,
    *,
    lever: str,
    setting: Setting = PLAIN,
    unit: str = "",
) -> Axes:
    """Draw a response curve: the outcome along a lever, paired against its least level."""
    title = f"Along {label(lever.rpartition('.')[2])}"
    at = sorted(float(level) for level in levels(results, lever))
    first = results.at({lever: at[0]})
    intervals = [t_interval(results.at({lever: level}) - first).floats() for level in at]
    mean, low, high = (np.array([one[place] for one in intervals]) for place in range(3))
    canvas = start(ax)
    canvas.ax.fill_between(at, low, high, color=colours.CEM, alpha=0.18, linewidth=0)
    canvas.ax.plot(at, mean, color=colours.CEM, marker="o")
    canvas.ax.axhline(0, color=colours.INK, linewidth=0.9)
    canvas.ax.set_xlabel(label(lever.rpartition(".")[2]))
    canvas.ax.set_ylabel(f"above {label(lever.rpartition('.')[2])} of {at[0]:g}\n({unit})")
    thousands(canvas.ax)
    note = "paired; band: 95 % t-interval over seeds, each level alone"
    return finish(canvas, title, seeds_frame(len(first)), setting, note)


_CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.5, sqrt(3.0) / 2.0))


@house
def ternary(
    results: Alternative, ax: Axes | None = None, /, *, mixture: str, rule: Mapping[str, Any],
    setting: Setting = PLAIN, unit: str = "",
) -> Axes:  # fmt: skip
    """Draw the value over the divisions of a budget, below the best of them."""
    title = "How the budget is split: value below the best split"
    frame = shares_of(results, mixture)
    values = results.values[results.main][list(frame.index)].to_numpy(dtype=np.float64).mean(axis=0)
    shares = frame.to_numpy(dtype=np.float64)
    spots = shares @ np.array(_CORNERS)
    below = values - values.max()
    canvas = start(ax, (6.6, 5.6))
    drawn = canvas.ax.scatter(spots[:, 0], spots[:, 1], c=below, s=620, cmap="cividis",
                              edgecolors="white", linewidths=0.8)  # fmt: skip
    for at, (x, y) in enumerate(spots):
        tone = "white" if below[at] < below.min() * 0.45 else colours.INK
        canvas.ax.text(x, y, number(float(below[at]), 2), ha="center", va="center", fontsize=7.5,
                       color=tone)  # fmt: skip
    middle = np.array(_CORNERS).mean(axis=0)
    _ring(canvas.ax, middle, float(rule.get("distance", 0.0)) / sqrt(2.0))
    top = spots[int(np.argmax(values))]
    canvas.ax.plot(top[0], top[1] + 0.045, "*", color=colours.SOCIAL, markersize=11,
                   markeredgecolor="white", markeredgewidth=0.8, zorder=5)  # fmt: skip
    for (x, y), name in zip(_CORNERS, frame.columns, strict=True):
        words = label(str(name).rpartition(".")[2])
        canvas.ax.text(x, y + (0.07 if y else -0.09), f"all in {words}", ha="center", fontsize=9,
                       weight="bold")  # fmt: skip
    canvas.ax.set_xlim(-0.16, 1.16)
    canvas.ax.set_ylim(-0.14, 1.0)
    canvas.ax.set_aspect("equal")
    canvas.ax.set_axis_off()
    canvas.sheet.colorbar(drawn, ax=canvas.ax, shrink=0.6, label=unit)
    note = "star: best; ring: as near to equal shares as the rule asks; means over seeds"
    return finish(canvas, title, seeds_frame(len(results.values[results.main])), setting, note)


def _ring(ax: Axes, middle: Any, radius: float) -> None:
    from matplotlib.patches import Circle

    ax.add_patch(Circle((float(middle[0]), float(middle[1])), radius, facecolor="none",
                        edgecolor=colours.INK, linewidth=1.2, linestyle="--"))  # fmt: skip


def figures_of(asked: AskedQuestion) -> list[Figure]:
    """Return the figures of the question."""
    results, setting, unit = asked.alternatives[0], asked.setting, asked.per_head
    rule = str(asked.rule["rule"])
    figures = [_main(asked, rule)]
    if asked.answer.others:
        figures.append(
            Figure("alternatives", "Sensitivity to assumptions", sentence(turning(asked)),
                    partial(alternatives, asked.answer, setting=setting))
        )  # fmt: skip
    if rule in ("slope", "argmax_near_centroid", "order"):
        figures.append(
            Figure("settings", "Results at each setting", _settings_words(asked),
                    partial(settings, results, setting=setting, unit=unit))
        )  # fmt: skip
    return figures


def _main(asked: AskedQuestion, rule: str) -> Figure:
    results, setting, unit = asked.alternatives[0], asked.setting, asked.per_head
    text = answer(asked)[1]
    if rule == "slope":
        drawn = partial(response, results, lever=str(asked.rule["lever"]), setting=setting,
                        unit=unit)  # fmt: skip
        return Figure("response", "Response curve", text, drawn)
    if rule == "argmax_near_centroid":
        map_ = partial(ternary, results, mixture=str(asked.rule["mixture"]), rule=asked.rule,
                       setting=setting, unit=unit)  # fmt: skip
        return Figure("ternary", "Splits of the budget", text, map_)
    if rule == "order":
        moves = asked.rule["moves"]
        every = every_order(game(results, moves, asked.rule.get("where", {})),
                            [label(name.rpartition(".")[2]) for name in moves])  # fmt: skip
        return Figure("orders", "In which order", text,
                       partial(orders, every, setting=setting, unit=unit))  # fmt: skip
    return Figure("settings", "Results at each setting", text,
                   partial(settings, results, setting=setting, unit=unit))  # fmt: skip


def _settings_words(asked: AskedQuestion) -> str:
    table = asked.alternatives[0].values[asked.outcomes[0]]
    means = table.mean()
    return sentence(
        f"{len(means)} settings; from the least to the best it is "
        f"{number(float(means.max() - means.min()))}"
    )
