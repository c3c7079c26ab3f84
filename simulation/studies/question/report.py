"""The report of a question: verdict first, the figure that shows it, what it leans on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from simulation.analysis.attribution import orders as every_order
from simulation.analysis.rules import game
from simulation.analysis.verdict import Influence, Judged, Verdict
from simulation.report.assumptions import assumptions, structure
from simulation.report.words import count, label, number, seed_list, sentence, signed
from simulation.studies.attribution import figures as draw
from simulation.studies.pictures import Picture, draw_all, shown
from simulation.studies.question import figures
from simulation.studies.question.answer import answer, interval, turning
from simulation.studies.question.tables import AskedQuestion, read_asked
from simulation.studies.question.verdict import read_verdict, write_verdict
from simulation.studies.run.outcome_tables import TableView
from simulation.studies.run.report import Card, Failure, again, environment


def write_report(folder: Path, *, quick: bool | None = None) -> Path:
    """Write verdict, figures, ``report.html`` and ``report.md`` into the folder; return the HTML.

    Args:
        folder: as ``cocreate ask`` wrote it.
        quick: whether the question was asked quickly; as the folder's verdict says if not given.

    Raises:
        ResultError: the folder holds no question.
        ExperimentError: the rule asks for a point that was not run.
    """
    asked = read_asked(folder)
    held = read_verdict(folder) or {}
    write_verdict(folder, asked, quick=bool(held.get("quick")) if quick is None else quick)
    pictures = pictures_of(asked)
    draw_all(folder / "figures", pictures)
    content = contents(folder, asked, pictures)
    page = folder / "report.html"
    for path, template in ((page, "report.html.j2"), (folder / "report.md", "report.md.j2")):
        path.write_text(environment().get_template(template).render(content), encoding="utf-8")
    return page


def contents(folder: Path, asked: AskedQuestion, pictures: list[Picture]) -> dict[str, Any]:
    """Return everything that the templates write, already in words."""
    scenario: Mapping[str, Any] = asked.manifest.get("scenario") or {}
    return {
        "title": asked.question,
        "description": f"The source: {asked.source.strip()}",
        "again": again(asked.manifest),
        "facts": facts(asked),
        "answer": answer(asked),
        "cards": cards(asked),
        "figures": [shown(folder / "figures", one) for one in pictures],
        "tables": [view for view in tables_of(asked) if view.rows],
        "structure": structure(scenario),
        "assumed": assumptions(scenario),
        "sure": sure(asked),
        "failures": [
            Failure(str(row["seed"]), str(row["error"]), str(row["remake"]))
            for row in asked.failures.to_dict("records")
        ],
    }


def facts(asked: AskedQuestion) -> list[str]:
    """Return the line under the title."""
    points = int(asked.sweep["design"]["points"])
    told = [
        f"question {asked.name}",
        f"scenario {asked.manifest.get('scenario_name')}",
        count(points, "setting"),
        count(len(asked.answer.others) + 1, "world"),
        count(asked.answer.main.n, "seed"),
        f"{asked.people:,.0f} people",
        count(int(asked.manifest.get("months") or 0), "month"),
        str(asked.manifest.get("finished") or "")[:10],
    ]
    return [fact for fact in told if fact]


_MARKS = {
    Verdict.SUPPORTED: "▲ gained", Verdict.REFUTED: "▼ lost", Verdict.UNDECIDED: "◆ open",
    Verdict.DEPENDS: "◆ open",
}  # fmt: skip


def cards(asked: AskedQuestion) -> list[Card]:
    """Return the verdict and the numbers behind it."""
    found = asked.answer
    first = Card("verdict", found.verdict.value, "", f"rule: {asked.rule['rule']}")
    worlds = len(found.others) + 1
    told = f"{len(found.supporting)} of {worlds}"
    return [
        first,
        _card(asked, "effect, as things stand", found.effect),
        Card("worlds that support it", told, "", f"{len(found.refuting)} refute it"),
        *(_card(asked, f"shift if “{one.world}”", one.shift) for one in found.leaning(2)),
    ]


def _card(asked: AskedQuestion, name: str, claim: Judged) -> Card:
    told = interval(claim).partition("(")[2].rstrip(")")
    unit = "a month / 1000 people" if asked.per_head.endswith("per 1000 people") else asked.per_head
    return Card(name, signed(claim.mean), unit, told, "")


# --- figures -------------------------------------------------------------------------------------


def pictures_of(asked: AskedQuestion) -> list[Picture]:
    """Return the figures of the question."""
    world, setting, unit = asked.worlds[0], asked.setting, asked.per_head
    rule = str(asked.rule["rule"])
    found = [_main(asked, rule)]
    if asked.answer.others:
        found.append(
            Picture("worlds", "What it leans on", sentence(turning(asked)),
                    partial(figures.worlds, asked.answer, setting=setting))
        )  # fmt: skip
    if rule in ("slope", "argmax_near_centroid", "order"):
        found.append(
            Picture("settings", "What came out at each setting", _settings_words(asked),
                    partial(figures.settings, world, setting=setting, unit=unit))
        )  # fmt: skip
    return found


def _main(asked: AskedQuestion, rule: str) -> Picture:
    world, setting, unit = asked.worlds[0], asked.setting, asked.per_head
    told = answer(asked)[1]
    if rule == "slope":
        drawn = partial(figures.response, world, lever=str(asked.rule["lever"]), setting=setting,
                        unit=unit)  # fmt: skip
        return Picture("response", "Response curve", told, drawn)
    if rule == "argmax_near_centroid":
        map_ = partial(figures.ternary, world, mixture=str(asked.rule["mixture"]), rule=asked.rule,
                       setting=setting, unit=unit)  # fmt: skip
        return Picture("ternary", "Divisions of the budget", told, map_)
    if rule == "order":
        moves = asked.rule["moves"]
        found = every_order(game(world, moves, asked.rule.get("where", {})),
                            [label(name.rpartition(".")[2]) for name in moves])  # fmt: skip
        return Picture("orders", "In which order", told,
                       partial(draw.orders, found, setting=setting, unit=unit))  # fmt: skip
    return Picture("settings", "What came out at each setting", told,
                   partial(figures.settings, world, setting=setting, unit=unit))  # fmt: skip


def _settings_words(asked: AskedQuestion) -> str:
    table = asked.worlds[0].values[asked.outcomes[0]]
    means = table.mean()
    return sentence(
        f"{len(means)} settings; from the least to the best it is "
        f"{number(float(means.max() - means.min()))}"
    )


# --- tables --------------------------------------------------------------------------------------


def tables_of(asked: AskedQuestion) -> list[TableView]:
    """Return the verdict's claims, the assumptions by influence, and what was set."""
    return [claims_view(asked), influence_view(asked), rule_view(asked), settings_view(asked)]


MOST_CLAIMS = 40


def claims_view(asked: AskedQuestion) -> TableView:
    """Return the claims of the scenario as it stands, the least clear first."""
    claims = sorted(asked.answer.main.claims, key=lambda claim: claim.clear)
    rows = [
        (claim.name, signed(claim.mean), _ends(claim), number(claim.bar),
         claim.verdict.value)
        for claim in claims[:MOST_CLAIMS]
    ]  # fmt: skip
    more = (
        f"; the least clear {MOST_CLAIMS} of {len(claims):,}" if len(claims) > MOST_CLAIMS else ""
    )
    caption = (
        f"What the rule compares, as things stand ({asked.per_head or 'no unit'}); intervals hold "
        f"for all at once (95 %){more}"
    )
    heads = ("comparison", "difference", "95 % interval", "bar", "says")
    return TableView(caption, heads, tuple(rows), is_open=True)


def _ends(claim: Judged) -> str:
    if claim.low != claim.low:
        return "one seed"
    return f"{number(claim.low)} to {number(claim.high)}"


def influence_view(asked: AskedQuestion) -> TableView:
    """Return the assumptions by influence: what each does to the effect, and the verdict there."""
    ranked: list[Influence] = sorted(asked.answer.others, key=lambda one: -abs(one.shift.mean))
    at = {turn.world: turn.at for turn in asked.turns}
    rows = []
    for one in ranked:
        values = ", ".join(f"{path} = {_text(value)}" for path, value in one.settings.items())
        turn = ""
        if one.world in at:
            value = at[one.world]
            turn = "yes" if value is None else f"at about {number(value, 2)}"
        rows.append(
            (one.world, values, signed(one.finding.deciding.mean), signed(one.shift.mean),
             _ends(one.shift), one.finding.verdict.value, turn)
        )  # fmt: skip
    heads = ("world", "what is another", "effect there", "shift", "95 % interval", "verdict",
             "turns over")  # fmt: skip
    caption = (
        "Assumptions by influence: the effect in other worlds, how far it shifts against things as "
        "they stand (paired; intervals hold for all worlds at once), and where it crosses its bar"
    )
    return TableView(caption, heads, tuple(rows), n_names=2, is_open=True)


def _text(value: Any) -> str:
    return number(float(value), 6) if isinstance(value, int | float) else str(value)


def rule_view(asked: AskedQuestion) -> TableView:
    """Return the rule as it was written down before the run."""
    hidden = ("claim", "quick")
    rows = [("claim", asked.claim)]
    for key, value in asked.rule.items():
        if key not in hidden:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            rows.append((str(key), text))
    caption = "The rule, as written down before the run"
    return TableView(caption, ("key", "value"), tuple(rows), n_names=2)


MOST_SETTINGS = 200


def settings_view(asked: AskedQuestion) -> TableView:
    """Return the mean of every outcome at every setting in every world."""
    lines = []
    for world in asked.worlds:
        means = {name: table.mean() for name, table in world.values.items()}
        for point in world.values[world.main].columns:
            cells = [_cell(world.cells.loc[point, lever]) for lever in asked.levers]
            values = [number(float(means[name][point])) for name in asked.outcomes]
            lines.append((world.name, *cells, *values))
    short = [label(lever.rpartition(".")[2]) for lever in asked.levers]
    names = [label(name) for name in asked.outcomes]
    caption = (
        f"Means at every setting ({asked.per_head or 'no unit'}; money per 1000 people): "
        f"{len(lines)} settings"
    )
    heads = ("world", *short, *names)
    return TableView(caption, heads, tuple(lines[:MOST_SETTINGS]), n_names=1 + len(short))


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else number(float(value), 6)


# --- how sure ------------------------------------------------------------------------------------


def sure(asked: AskedQuestion) -> list[str]:
    """Say how far the verdict can be trusted."""
    found = asked.answer
    seeds = f"{count(found.main.n, 'seed')} ({seed_list(asked.setting.seeds)})"
    family = (
        f"All settings were run under the same {seeds}. As things stand, intervals hold for all "
        "comparisons of the rule at once (95 %); those of the other worlds hold for all of them "
        "together, so that a verdict is not said to depend on an assumption by chance."
    )
    before = (
        "The rule, its margin and the other worlds were written into the question's file before it "
        "was run."
    )
    told = [family, before]
    if found.verdict is Verdict.UNDECIDED:
        width = (found.effect.high - found.effect.low) / 2
        gap = abs(found.effect.clear)
        if gap > 0.0 and width == width:
            needed = found.main.n * (width / gap) ** 2
            told.append(
                f"If the effect is what it seems, about {number(needed, 2)} seeds would decide it."
            )
    failed = len(asked.failures)
    told.append("No run failed." if not failed else f"{count(failed, 'run')} failed.")
    told.append(
        "Worlds change one assumption at a time. What several changes together do is not covered; "
        "nor is anything that the model leaves out."
    )
    return told
