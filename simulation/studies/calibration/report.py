"""The report of a calibration: what the data tell, what they do not, and how sure that is."""

from __future__ import annotations

from simulation.report.assumptions import assumptions
from simulation.report.page import Card, Failure, Remake, Report
from simulation.report.table import Table, in_chapter
from simulation.report.words import count, number, percent, scenario_name
from simulation.studies.calibration.answer import answer, range_text, trust_text
from simulation.studies.calibration.figures import figures_of
from simulation.studies.calibration.tables import CalibrationTables


def report_of(tables: CalibrationTables) -> Report:
    """Return the report of a calibration, computed from its stored tables."""
    manifest = tables.manifest
    waves = tables.learned["design"]["waves"]
    return Report(
        kicker="calibration",
        title=str(manifest["title"]),
        facts=[
            f"scenario {scenario_name(str(manifest['scenario_name']))}",
            f"{count(int(tables.learned['months']), 'month')} of data",
            f"{' + '.join(map(str, waves))} runs",
            str(manifest.get("finished") or "")[:10],
        ],
        answer=answer(tables),
        cards=_cards(tables),
        figures=figures_of(tables),
        tables=tables_of(tables),
        assumptions=assumptions(manifest["scenario"]),
        confidence=trust_text(tables),
        failures=Failure.first_of(tables.failures),
        remake=Remake.of(manifest),
    )  # fmt: skip


def _cards(tables: CalibrationTables) -> list[Card]:
    if tables.verdict == "no ranges":
        return []
    learned = [one for one in tables.parameters if one["learning"] == "learned"]
    return [Card(tables.named(one["path"]), number(one["range"][1]),
                 tables.units.get(one["path"], ""), range_text(one))
            for one in learned[:4]]  # fmt: skip


def tables_of(tables: CalibrationTables) -> list[Table]:
    """Return the tables: parameters, self-test, series."""
    return in_chapter("fit", parameter_table(tables), _self_test(tables), _series(tables))


def parameter_table(tables: CalibrationTables) -> Table:
    """Return what was learned of each parameter."""
    shown = tables.verdict != "no ranges"
    rows = tuple(
        (
            tables.named(one["path"]), one["learning"] if shown else "no range",
            range_text(one) if shown else "", number(one["range"][1]) if shown else "",
            f"{number(one['low'])} … {number(one['high'])}", percent(one["width"]) if shown else "",
            tables.series([one["would_tell"][0]]) if shown and one["would_tell"] else "",
        )
        for one in tables.parameters
    )  # fmt: skip
    columns = ("parameter", "your data", "90 % range", "median", "sought in", "width left",
               "would tell more")  # fmt: skip
    return Table("What the data say of each parameter", columns, rows, n_names=2, is_open=True)


def _self_test(tables: CalibrationTables) -> Table:
    rows = tuple(
        (
            tables.named(one["path"]), percent(fared["coverage"]), _share(fared["near_coverage"]),
            _share(fared["learned_coverage"]), str(fared["learned"]), percent(fared["unknown"]),
            number(fared["rank_p"]), percent(max(one["r2"], 0.0)),
            _share(one["changed"]["coverage"]),
        )
        for one in tables.parameters
        for fared in (one["selftest"],)
    )  # fmt: skip
    columns = ("parameter", "hold the truth", "… like yours", "… where learned", "learned",
               "data do not tell", "p of ranks", "R²", "changed model")  # fmt: skip
    truths = tables.learned["design"]["truths"]
    return Table(f"Self-test: 90 % ranges for {truths} known truths", columns, rows)


def _share(value: float | None) -> str:
    return "" if value is None else percent(value)


def _series(tables: CalibrationTables) -> Table:
    fit, held = tables.learned["fit"], tables.learned["held_out"]
    rows = tuple(
        (
            tables.series([name]), number(p), _inside(held.get(name, {}).get("used")),
            _inside(held.get(name, {}).get("held_out")),
        )
        for name, p in fit["p"].items()
    )  # fmt: skip
    title = f"Fit by series, at {5 * fit['kappa']} % discrepancy"
    return Table(title, ("series", "p", "used months in the band", "held out in the band"), rows)


def _inside(counted: dict[str, int] | None) -> str:
    return f"{counted['inside']} of {counted['months']}" if counted and counted["months"] else ""
