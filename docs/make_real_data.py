"""Hold the model against real data, and write docs/real-data.md.

    uv run python docs/make_real_data.py [--runs 96] [--out FOLDER] [-w WORKERS]

Everything is fitted to the first months or years, and held against those that follow, beside the
specialised model of each case and a naive forecast. Runs in FOLDER are reused.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import curve_fit
from scipy.special import hyp2f1
from scipy.stats import chi2

from simulation import load_scenario
from simulation.execution import Unwatched, executor
from simulation.report.canvas import house, start
from simulation.report.words import number
from simulation.studies.calibration.asked import calibration_of
from simulation.studies.calibration.plan import Effort, stored
from simulation.studies.calibration.result import CalibrationResult
from simulation.studies.calibration.runs import runs_in_tables
from simulation.studies.result import open_result
from simulation.studies.study import carry_out

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

DOCS = Path(__file__).parent
DATA = DOCS.parent / "scenarios" / "data"
RANGE = (0.05, 0.5, 0.95)
HEAD = """# Real data: better or worse than what was made for it?

A model of a whole market is no forecasting method, and models made for one kind of data should do
better on it. How much better is shown here as it is. Each case is fitted to the first part of its
data and held against the rest. Data, sources and licences:
`scenarios/data/README.md`. Made by
`uv run python docs/make_real_data.py`. *Error* is the mean absolute error over what was held out,
*inside* how many of those values lie in the 90 % band.
"""


@dataclass(frozen=True)
class Room:
    """Where runs are kept, how many each case has, and by how many workers."""

    folder: Path
    runs: int
    workers: int | None = None


@dataclass(frozen=True)
class Words:
    """The words of a figure."""

    title: str
    across: str
    up: str


@dataclass(frozen=True)
class Forecast:
    """What was expected of the values held out: the middle, and a band where there is one."""

    name: str
    middle: Floats
    low: Floats | None = None
    high: Floats | None = None

    def row(self, actual: Floats) -> str:
        """Return a row of the table of errors."""
        error = float(np.abs(self.middle - actual).mean())
        bias = float(self.middle.sum() / actual.sum() - 1.0)
        inside = "–"
        if self.low is not None and self.high is not None:
            inside = f"{int(((actual >= self.low) & (actual <= self.high)).sum())} of {len(actual)}"
        return f"| {self.name} | {number(error)} | {100 * bias:+.0f} % | {inside} |"


def errors(forecasts: Sequence[Forecast], actual: Floats) -> list[str]:
    """Return the table of errors."""
    return ["| forecast | error | sum against the actual sum | inside |", "|---" * 4 + "|",
            *(one.row(actual) for one in forecasts), ""]  # fmt: skip


def values(
    labels: Sequence[str], actual: Floats, forecasts: Sequence[Forecast], what: str
) -> list[str]:
    """Return the table of the values held out."""
    lines = [f"| {what} | actual | {' | '.join(one.name for one in forecasts)} |",
             "|---" * (2 + len(forecasts)) + "|"]  # fmt: skip
    for at, label in enumerate(labels):
        cells = [number(float(one.middle[at])) + _band(one, at) for one in forecasts]
        lines.append(f"| {label} | {number(float(actual[at]))} | {' | '.join(cells)} |")
    return [*lines, ""]


def _band(one: Forecast, at: int) -> str:
    if one.low is None or one.high is None:
        return ""
    return f" ({number(float(one.low[at]))} to {number(float(one.high[at]))})"


COLOURS = ("#0072B2", "#D55E00", "#5b6270", "#009E73")
STYLES = ("-", "--", ":", "-.")


@house
def draw(places: Floats, actual: Floats, forecasts: Sequence[Forecast], words: Words) -> Axes:
    """Draw the values, and what was expected of those held out, with a band where there is one."""
    canvas = start(None, (6.6, 3.4))
    ax, n = canvas.ax, len(forecasts[0].middle)
    later = places[-n:]
    if n < len(places):
        ax.axvline((places[-n - 1] + later[0]) / 2.0, color="#9aa0aa", linewidth=0.8)
    for one, colour, style in zip(forecasts, COLOURS, STYLES, strict=False):
        ax.plot(later, one.middle, style, color=colour, label=one.name)
        if one.low is not None and one.high is not None:
            ax.fill_between(later, one.low, one.high, color=colour, alpha=0.2, linewidth=0)
    ax.plot(places, actual, "o", color="black", markersize=4, label="actual")
    ax.set(xlabel=words.across, ylabel=words.up, ylim=(0, None))
    ax.legend(fontsize=8, loc="best")
    canvas.sheet.suptitle(words.title, x=0.012, ha="left")
    return ax


def picture(
    name: str, places: Floats, actual: Floats, forecasts: Sequence[Forecast], words: Words
) -> list[str]:
    """Write a figure, and return the line that shows it."""
    sheet = draw(places, actual, forecasts, words).get_figure(root=True)
    if sheet is None:
        raise TypeError(name)
    file = f"figures/real_{name}.svg"
    sheet.savefig(DOCS / file, metadata={"Date": None})
    return [f"![{words.title}]({file})", ""]


def calibrated(
    name: str, scenario: Any, table: pd.DataFrame, mapping: str, asked: tuple[tuple[str, ...], int],
    room: Room,
) -> CalibrationResult:  # fmt: skip
    """Return the calibration of a scenario to a table of months, the last of them held out."""
    folder, runs = room.folder, room.runs
    folder.mkdir(parents=True, exist_ok=True)
    data, map_file = folder / f"{name}.csv", folder / f"{name}.toml"
    table.to_csv(data, index=False)
    map_file.write_text(mapping, "utf-8")
    parameters, hold_out = asked
    effort = Effort(runs, max(runs // 3, 8), max(runs // 4, 8), hold_out, changed=0)
    study = calibration_of(name, scenario, data, parameters, mapping=map_file, effort=effort)
    carry_out(study, folder / name, executor(room.workers), Unwatched())
    result = open_result(folder / name)
    if not isinstance(result, CalibrationResult):
        raise TypeError(name)
    return result


def learned(result: CalibrationResult, what: dict[str, tuple[str, float]]) -> list[str]:
    """Return what was learned, in sentences; each parameter by its word and a factor."""
    parts = []
    for row in result.parameters.itertuples():
        word, factor = what[str(row.parameter)]
        parts.append(f"{word} {number(factor * row.low)} to {number(factor * row.high)} "
                     f"({row.learning})")  # fmt: skip
    said = " ".join(result.answer[:1]).replace("\u00a0", " ")
    return [f"Learned, as 90 % ranges: {'; '.join(parts)}. {said}", ""]


def drawn(result: CalibrationResult, series: str) -> Floats:
    """Return a series in all runs of draws of the posterior, ``(n_draws, n_months)``."""
    runs = runs_in_tables(result.folder, stored(result.folder))
    return np.asarray(runs.series[series][runs.wave == 3])


# --- CDNOW -----------------------------------------------------------------------------------

BG_NBD = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
"""Fader, Hardie & Lee 2005, table 2: fitted to weeks 1-39."""
MONTH = 365.25 / 12
FITTED, ALL = 6, 15
"""Months of a customer's life: all have 6 before October 1997 and 15 before July 1998."""
WEEK_39, WEEK_78 = 273, 546


def bg_nbd(days: Floats) -> Floats:
    """Return E[X(t)], the repeat purchases of a customer in t days, by BG/NBD.

        E[X(t)] = (a + b − 1)/(a − 1) · [1 − (α/(α + t))^r ₂F₁(r, b; a + b − 1; t/(α + t))]

    t in weeks. Fader, Hardie & Lee 2005, equation 9.
    """
    r, alpha, a, b = BG_NBD.values()
    weeks = np.asarray(days) / 7.0
    ratio = hyp2f1(r, b, a + b - 1.0, weeks / (alpha + weeks))
    return np.asarray((a + b - 1.0) / (a - 1.0) * (1.0 - (alpha / (alpha + weeks)) ** r * ratio))


def cdnow_purchases() -> pd.DataFrame:
    """Return days with purchases: customer, day of the first one, age at each (0: the first)."""
    frame = pd.read_csv(DATA / "cdnow" / "purchases.csv", dtype={"customer": str})
    day = (pd.to_datetime(frame["date"]) - pd.Timestamp("1997-01-01")).dt.days
    frame = frame.assign(day=day)[["customer", "day"]].drop_duplicates()
    first = frame.groupby("customer")["day"].transform("min")
    return frame.assign(first=first, age=frame["day"] - first)


def cdnow(room: Room) -> list[str]:
    """Return the section on CDNOW."""
    bought = cdnow_purchases()
    n = bought["customer"].nunique()
    repeats = bought[bought["age"] > 0]
    month = np.ceil(repeats["age"] / MONTH).astype(int)
    actual = np.array([float((month == k).sum()) for k in range(1, ALL + 1)])
    scenario = load_scenario(
        "limits/retention",
        {"population.people": n, "population.usage_spread": 1.0, "run.months": ALL + 1},
    )
    table = pd.DataFrame({"month": range(1, ALL + 1), "repeats": actual})
    mapping = '[series]\nrepeats = "receipts:focal"\n[months]\nfirst = 2\n'
    names = {"companies.focal.usage_price": ("repeat purchases a month of a customer", 1.0),
             "journey.churn_a": ("a", 1.0), "journey.churn_b": ("b", 1.0)}  # fmt: skip
    asked = tuple(f"{path}={ends}" for path, ends in
                  zip(names, ("0.05..0.6", "0.1..3", "0.3..10"), strict=True))  # fmt: skip
    result = calibrated("cdnow", scenario, table, mapping, (asked, ALL - FITTED), room)
    runs = drawn(result, "receipts:focal")
    ends = n * bg_nbd(MONTH * np.arange(ALL + 1))
    forecasts = [
        _quantiles("this model", runs[:, FITTED:]),
        Forecast("BG/NBD", np.diff(ends)[FITTED:]),
        Forecast(
            "naive: as in the last three months",
            np.full(ALL - FITTED, actual[FITTED - 3 : FITTED].mean()),
        ),
    ]
    labels = [str(k) for k in range(FITTED + 1, ALL + 1)]
    weeks = _weeks(bought, runs)
    return [
        "## CDNOW: do customers without a contract come back?", "",
        (f"{n:,} customers of an online shop, by months since each one's first purchase. Fitted to "
        f"the first {FITTED} months of a customer's life, which all had before October 1997; the "
        f"{ALL - FITTED} that follow were predicted. Here the model is its limit of contracts of a "
        "month ([known answers](scenarios/limits.md)): leaving is Beta(a, b) over customers, and "
        "those who stay buy at a rate. It sees the sum of all customers; BG/NBD (Fader, Hardie & "
        "Lee 2005, published parameters, fitted to weeks 1–39) saw each customer's purchases."),
        "", *learned(result, names),
        *picture("cdnow", np.arange(1.0, ALL + 1), actual, forecasts,
                 Words("CDNOW: repeat purchases by month of a customer's life",
                       "months since the first purchase", "purchases")),
        *errors(forecasts, actual[FITTED:]),
        *values(labels, actual[FITTED:], forecasts, "month of life"), *weeks,
    ]  # fmt: skip


def _quantiles(name: str, runs: Floats) -> Forecast:
    low, middle, high = np.quantile(runs, RANGE, axis=0)
    return Forecast(name, middle, low, high)


def _weeks(bought: pd.DataFrame, runs: Floats) -> list[str]:
    """Return the sentence on weeks 40 to 78, the span of the published forecast."""
    first = bought.groupby("customer")["first"].first().to_numpy()
    there = (bought["age"] > 0) & (bought["day"] >= WEEK_39) & (bought["day"] < WEEK_78)
    before = (bought["age"] > 0) & (bought["day"] >= WEEK_39 - 91) & (bought["day"] < WEEK_39)
    per_head = np.cumsum(runs, axis=1) / len(first)
    ages = MONTH * np.arange(ALL + 1)
    curves = np.hstack([np.zeros((len(runs), 1)), per_head])
    spans = [
        float(np.sum(_at(curve, ages, WEEK_78 - first) - _at(curve, ages, WEEK_39 - first)))
        for curve in curves
    ]
    low, middle, high = np.quantile(spans, RANGE)
    theirs = float(np.sum(bg_nbd(WEEK_78 - first) - bg_nbd(WEEK_39 - first)))
    return [
        (
            f"In weeks 40–78, the span of the published forecast, the customers bought again "
            f"{int(there.sum()):,} times. This model: {middle:,.0f} ({low:,.0f} to {high:,.0f}, "
            f"{100 * (middle / there.sum() - 1):+.0f} %); BG/NBD: {theirs:,.0f} "
            f"({100 * (theirs / there.sum() - 1):+.0f} %); as in the thirteen weeks before: "
            f"{3 * before.sum():,.0f} ({100 * (3 * before.sum() / there.sum() - 1):+.0f} %). "
            "(Where a life is longer than the model was run for, its last month goes on.)"
        ),
        "",
    ]


def _at(curve: Floats, ages: Floats, days: Floats) -> Floats:
    """Return a curve at some days; beyond its end its last month goes on."""
    slope = (curve[-1] - curve[-2]) / (ages[-1] - ages[-2])
    beyond = np.maximum(days - ages[-1], 0.0) * slope
    return np.asarray(np.interp(days, ages, curve) + beyond)


# --- durables --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Durable:
    """A durable good: its file, the years fitted, and the published fit to all years."""

    file: str
    title: str
    years: int
    person: float
    published: tuple[float, float, float]


DURABLES = (
    Durable("room_air_conditioners", "Room air conditioners", 8, 4.0, (0.00944, 0.3748, 18713)),
    Durable("colour_television", "Colour television", 6, 10.0, (0.01847, 0.6159, 39659)),
)
"""``person``: thousand sold that a simulated person stands for. Published: p, q and m (thousands)
by nonlinear least squares on all years (Srinivasan & Mason 1986, Marketing Science 5:169)."""


def bass(t: Floats, p: float, q: float, m: float) -> Floats:
    """Return the sales of year t: m [F(t) − F(t − 1)] (Srinivasan & Mason 1986)."""

    def share(years: Floats) -> Floats:
        decay = np.exp(-(p + q) * np.asarray(years))
        return np.asarray((1.0 - decay) / (1.0 + q / p * decay))

    return np.asarray(m * (share(t) - share(np.asarray(t) - 1.0)))


def durable(one: Durable, room: Room) -> list[str]:
    """Return the section on a durable good."""
    frame = pd.read_csv(DATA / "durables" / f"{one.file}.csv")
    sales, years = frame["thousand_sold"].to_numpy(float), frame["year"].to_numpy()
    n, fitted = len(sales), one.years
    table = pd.DataFrame({"month": range(1, 12 * n + 1), "cumulative": np.nan})
    table.loc[11::12, "cumulative"] = np.cumsum(sales)
    mapping = f'[series]\ncumulative = "customers:focal"\n[units]\npeople = {one.person}\n'
    scenario = load_scenario("limits/bass", {"run.months": 12 * n})
    names = {"reach.hazard": ("p", 12.0), "talk.contagion": ("q", 12.0),
             "population.people": ("m (million)", one.person / 1000.0)}  # fmt: skip
    ends = ("0.0002..0.005", "0.01..0.08", "2000..10000")
    asked = tuple(f"{path}={both}" for path, both in zip(names, ends, strict=True))
    result = calibrated(one.file, scenario, table, mapping, (asked, 12 * (n - fitted)), room)
    stock = one.person * drawn(result, "customers:focal")[:, 11::12]
    runs = np.diff(stock, axis=1, prepend=0.0)
    t = np.arange(1.0, n + 1.0)
    start = (0.02, 0.4, 2.0 * sales[:fitted].sum())
    own, _ = curve_fit(bass, t[:fitted], sales[:fitted], start, maxfev=20000,
                       bounds=((1e-5, 1e-3, 1e3), (0.2, 2.0, 2e5)))  # fmt: skip
    rest = slice(fitted, None)
    forecasts = [
        _quantiles("this model", runs[:, rest]),
        Forecast("Bass, the same years", bass(t, *own)[rest]),
        Forecast("naive: as in the last year", np.full(n - fitted, sales[fitted - 1])),
        Forecast("(Bass, all years)", bass(t, *one.published)[rest]),
    ]
    p, q, m = own
    return [
        f"## {one.title}: when does growth end?", "",
        (f"Sales in the United States, thousands a year. Fitted to {years[0]}–{years[fitted - 1]}, "
        f"predicted {years[fitted]}–{years[-1]}. Here the model is its limit of full mixing "
        "([known answers](scenarios/limits.md)), which is Bass's with people. Bass's equation "
        f"fitted by nonlinear least squares to the same years: p {p:.4f}, q {q:.3f}, m "
        f"{m / 1000:.1f} million; the published fit (p {one.published[0]}, q {one.published[1]}, m "
        f"{one.published[2] / 1000:.1f} million) has seen all years and is no forecast."), "",
        *learned(result, names),
        *picture(one.file, years.astype(float), sales, forecasts,
                 Words(f"{one.title}: sales in the United States", "year", "thousand")),
        *errors(forecasts, sales[rest]),
        *values([str(year) for year in years[rest]], sales[rest], forecasts, "year"),
    ]  # fmt: skip


# --- calls -----------------------------------------------------------------------------------


def bank_calls() -> list[str]:
    """Return the section on the bank's calls."""
    frame = pd.read_csv(DATA / "bank_calls" / "hourly.csv", index_col="date")
    days = pd.to_datetime(frame.index)
    calls = frame.to_numpy(float)
    half = len(calls) // 2
    total = calls.sum(axis=1, keepdims=True)
    shipped = np.array(load_scenario("base").desks.profile)[7:21]
    fitted = calls[:half].sum(axis=0)
    later = slice(half, None)
    week = np.array([_same_day_before(days, at) for at in range(half, len(calls))])
    forecasts = [
        Forecast("this model, profile of the first half", _spread(total, fitted)[later].ravel()),
        Forecast("this model, profile as shipped", _spread(total, shipped)[later].ravel()),
        Forecast("as a week before, same total",
                 (calls[week] / calls[week].sum(axis=1, keepdims=True) * total[later]).ravel()),
        Forecast("even over the day", np.repeat(total[later], 14, axis=1).ravel() / 14.0),
    ]  # fmt: skip
    expected = _spread(total, fitted)[later]
    hours, both = np.arange(7.0, 21.0), calls[later]
    by_hour = [Forecast(one.name, one.middle.reshape(both.shape).mean(axis=0))
               for one in forecasts]  # fmt: skip
    ratio = float(((calls[later] - expected) ** 2 / expected).sum() / (expected.size - half))
    limit = chi2.ppf(0.999, expected.size - half) / (expected.size - half)
    daily, mean = total[:, 0], float(expected.mean())
    return [
        "## Calls to a bank: do desks get their calls as here?", "",
        (f"Calls by hour, 7 to 21 o'clock, on {len(calls)} weekdays of 2003. What the model "
        "assumes of a desk is held against them: a profile of the day that stays, and calls that "
        "come independently of each other (Poisson). The profile was fitted to the first "
        f"{half} days; of the {len(calls) - half} later ones the day's total is given, and how it "
        "spreads over the hours was predicted. The profile that is shipped was made from all days "
        "of the same data, so that it is no forecast. No published forecast of hours given the "
        "day's total is known to us."), "",
        *picture("bank_calls", hours, both.mean(axis=0), by_hour,
                 Words("Calls to a bank: mean of the later days by hour", "hour of the day",
                       "calls an hour")),
        *errors(forecasts, calls[later].ravel()),
        (f"**Independence fails.** Around the profile the hours vary {ratio:.0f} times as much as "
        f"independent calls would (1 expected; chance alone reaches {limit:.2f}); the days' totals "
        f"vary {daily.var(ddof=1) / daily.mean():,.0f} times as much. At a desk of this size waits "
        "are therefore longer than the model says. Where swings are common to all calls, the "
        "excess goes with their number: at ten calls an hour it is "
        f"{100 * 10 * (ratio - 1) / mean:.0f} % of the variance of independent calls,"
        " so that small desks are hardly concerned."), "",
    ]  # fmt: skip


def _spread(total: Floats, profile: Floats) -> Floats:
    return np.asarray(total * profile / profile.sum())


def _same_day_before(days: pd.DatetimeIndex, at: int) -> int:
    """Return the last day of the same weekday before a day."""
    same = np.flatnonzero(days[:at].day_of_week == days[at].day_of_week)
    return int(same[-1])


# --- in short --------------------------------------------------------------------------------


PLAIN = {
    "as a week before, same total": "the hours of a week before",
    "even over the day": "an even spread over the day",
}
"""Forecasts whose names do not read well in a sentence."""


def summary(lines: Sequence[str]) -> list[str]:
    """Return in a line a case whether the model was better or worse, from the tables of errors."""
    cases: dict[str, dict[str, str]] = {}
    for line in lines:
        cells = line.strip("| ").split(" | ")
        if line.startswith("## "):
            case = cases.setdefault(line[3:].partition(":")[0], {})
        elif len(cells) == 4 and line.startswith("|") and cells[0] not in ("forecast", "---"):
            case[cells[0]] = cells[1]
    return ["**In short**, by error:", "", *(_short(*one) for one in cases.items()), ""]


def _short(case: str, errors_of: dict[str, str]) -> str:
    """Return the line of a case: better than which forecasts, and worse than which."""
    (_, ours), *rest = errors_of.items()
    sides: dict[str, list[str]] = {"better than": [], "worse than": []}
    for name, error in rest:
        if not name.startswith(("this model", "(")):  # other variants, and fits to all years
            side = "better than" if _size(ours) < _size(error) else "worse than"
            plain = PLAIN.get(name, name).replace("naive: as in", "repeating").partition(", ")[0]
            sides[side].append(f"{plain} ({error})")
    said = "; ".join(f"{side} {' and '.join(names)}" for side, names in sides.items() if names)
    return f"- {case}: {said}, with an error of {ours}."


def _size(error: str) -> float:
    return float(error.replace(",", ""))


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=96)
    parser.add_argument("--out", type=Path, default=None, help="folder to keep the runs in")
    parser.add_argument("-w", "--workers", type=int, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        room = Room(asked.out or Path(place), asked.runs, asked.workers)
        lines = cdnow(room)
        for one in DURABLES:
            lines += durable(one, room)
        lines += bank_calls()
    page = "\n".join([HEAD, *summary(lines), *lines])
    (DOCS / "real-data.md").write_text(page.rstrip() + "\n", "utf-8")
    sys.stdout.write("real-data.md\n")


if __name__ == "__main__":
    main()
