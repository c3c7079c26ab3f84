"""The tables of a question's report."""

from __future__ import annotations

from simulation.report.table import Table, in_chapter
from simulation.report.words import number, percent, signed, window_words
from simulation.studies.futures.words import ends_text
from simulation.studies.question.answer import ACTORS
from simulation.studies.question.horizons import HORIZONS
from simulation.studies.question.tables import QuestionTables


def tables_of(tables: QuestionTables) -> list[Table]:
    """Return the tables: shares, effects, actors, the rule, costs, futures, assumptions."""
    return [
        *in_chapter(
            "decision",
            shares_table(tables),
            *splits_tables(tables),
            effects_table(tables),
            rule_table(tables),
        ),
        *in_chapter("value", actors_table(tables), costs_table(tables)),
        *in_chapter("", futures_table(tables), assumptions_table(tables)),
    ]


def shares_table(tables: QuestionTables) -> Table:
    """Return in which share of futures the claim holds, by horizon and measure."""
    heads = ("judged by", "futures weighted", "holds", "95\u00a0% interval", "no difference",
             "fails", "verdict")  # fmt: skip
    rows = []
    for name, words in HORIZONS.items():
        one = tables.findings["horizons"][name]
        for measure, shares in (("alike", one["shares"]), ("to the ends", one["edge"])):
            if shares is not None:
                verdict = one["verdict"] if measure == "alike" else ""
                judged_by = window_words(words, int(tables.manifest["months"]))
                rows.append((judged_by, measure, percent(shares["better"]["value"]),
                             ends_text(shares["better"]), percent(shares["same"]["value"]),
                             percent(shares["worse"]["value"]), verdict))  # fmt: skip
    title = "Shares of futures; a share is of the stated ranges, not a probability"
    return Table(title, heads, tuple(rows), n_names=2, is_open=True)


def splits_tables(tables: QuestionTables) -> list[Table]:
    """Return the assumptions that part the futures by themselves, if any."""
    late = tables.findings["horizons"]["late"]
    rows = tuple(
        (tables.name(int(one["assumption"])), tables.said(int(one["assumption"]), 0.5),
         "fails" if one["fails"] else "holds", percent(one["lower"]["value"]),
         ends_text(one["lower"]),
         percent(one["upper"]["value"]), ends_text(one["upper"]), number(float(one["score"])),
         number(float(one["floor"])))
        for one in late.get("splits", [])
    )  # fmt: skip
    heads = ("assumption", "middle of its range", "the claim", "below it", "95\u00a0% interval",
             "above it", "95\u00a0% interval", "difference in standard errors",
             "exceeded by chance for any assumption in 5\u00a0%")  # fmt: skip
    title = "Assumptions that by themselves part the futures in which the claim holds"
    return [Table(title, heads, rows, is_open=True)] if rows else []


def _text(tables: QuestionTables, value: float, unit: str) -> str:
    return signed(100.0 * value) if unit == "share" else signed(value * tables.factor)


def effects_table(tables: QuestionTables) -> Table:
    """Return the effects on which the claim stands, and those shown beside it."""
    heads = ("effect", "whose benefit", "holds in", "mean over futures", "95\u00a0% interval",
             "at the market's own values", "threshold")  # fmt: skip
    rows = []
    for one in [*tables.findings["effects"], *tables.findings["also"]]:
        decisive, unit = "shares" in one, str(one["unit"])
        low, high = (_text(tables, float(one[end]), unit) for end in ("low", "high"))
        threshold = ""
        if decisive:
            margin = float(one["margin"]) * (-1.0 if one["not_less"] else 1.0)
            threshold = _text(tables, margin, unit)
        rows.append((
            one["name"], one["of"],
            percent(one["shares"]["better"]["value"]) if decisive else "(beside the claim)",
            _text(tables, float(one["mean"]), unit), f"{low} to {high}",
            _text(tables, float(one["own"]["mean"]), unit), threshold,
        ))  # fmt: skip
    title = (
        f"Effects on which the claim rests: {tables.currency} a month per 1000 people, shares of "
        "people or contracts in percentage points"
    )
    return Table(title, heads, tuple(rows), n_names=2, is_open=True)


def actors_table(tables: QuestionTables) -> Table:
    """Return what each actor has of the effect on which the claim rests."""
    heads = ("actor", "better", "no difference", "worse", "mean over futures",
             "at the market's own values")  # fmt: skip
    rows = tuple(
        (
            {"everyone": "everyone", **ACTORS}[who],
            *(percent(one[which]["value"]) for which in ("better", "same", "worse")),
            signed(float(one["mean"]) * tables.factor),
            signed(float(one["own"]["mean"]) * tables.factor),
        )
        for who, one in tables.findings["actors"].items()
    )
    unit = f"{tables.currency} a month per 1000 people"
    title = f"Who receives it: {tables.findings['critical']}; {unit}"
    return Table(title, heads, rows)


def rule_table(tables: QuestionTables) -> Table:
    """Return the rule as it was written down before the run."""
    findings = tables.findings
    whole = "all value" if tables.is_money(tables.benefit) else f"the {tables.benefit}"
    margin = f"{number(100.0 * float(findings['margin_share']))}\u00a0% of {whole}"
    equal = ("evened out at the market's values" if findings["equal_cost"]
             else "unchanged, with costs deducted from the company's surplus")  # fmt: skip
    rows = (("claim", findings["claim"]), ("rule", findings["rule"]), ("margin", margin),
            ("arms cost the same", equal))  # fmt: skip
    return Table("The rule, written down before the run", ("key", "value"), rows, n_names=2)


def costs_table(tables: QuestionTables) -> Table:
    """Return what each arm cost more than the market as it is, before it was evened out and after.

    The funding is the same in all futures, so that arms cost the same on average at best.
    """
    heads = ("arm", "costs more", "funding multiplied with", "then costs more, over futures", "±")
    after = tables.findings.get("costs_after", {})  # results of before do not say
    rows = []
    for name, cost in tables.findings["costs"].items():
        left = after.get(name) or {}
        over = [signed(float(left["mean"]) * tables.factor),
                number(float(left["sd"]) * tables.factor)] if left else ["", ""]  # fmt: skip
        scale = number(float(tables.findings["scales"][name]))
        rows.append((name, signed(float(cost) * tables.factor), scale, *over))
    title = (
        f"What arms cost, {tables.currency} a month per 1000 people, and how the funding of the "
        "company's functions was changed so that all cost the same at the market's own values; "
        "± is the standard deviation over futures"
    )
    return Table(title, heads, tuple(rows))


def futures_table(tables: QuestionTables) -> Table:
    """Return what futures that were set aside missed."""
    missed = tables.findings["futures"]["missed"]
    rows = tuple((name, f"{n:,}") for name, n in missed.items())
    title = "Futures set aside: what they missed (one may miss several)"
    return Table(title, ("published figure", "futures"), rows)


def assumptions_table(tables: QuestionTables) -> Table:
    """Return the ranges of what varied, those that are spoken of first."""
    kept = set(tables.findings["arms"][0]["kept"])
    order = sorted(range(len(tables.findings["assumptions"])), key=lambda at: (at not in kept, at))
    rows = tuple(
        (tables.column(at), tables.text(at, 0.0), tables.text(at, 1.0), tables.unit(at),
         "yes" if at in kept else "", tables.meaning(at))
        for at in order
    )  # fmt: skip
    heads = ("assumption", "from", "to", "unit", "spoken of", "meaning")
    return Table("What varied from future to future", heads, rows)
