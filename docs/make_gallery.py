"""Write the gallery of questions, with a picture each, from the numbers of the findings.

    uv run python docs/make_gallery.py

The findings are written by ``cocreate ask --all --findings docs/findings.md``; nothing is computed
here. Run it again whenever they change.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html import escape
from pathlib import Path

from simulation.report.colours import BAD, GOOD
from simulation.report.templating import markdown
from simulation.report.words import NBSP, unbroken
from simulation.studies.futures.words import of_all
from simulation.studies.question.findings_data import KeptAnswer, read_kept
from simulation.studies.question.findings_page import rules_now

DOCS = Path(__file__).resolve().parent
HOLDS, SAME, FAILS = GOOD, "#b9c1ca", BAD
WIDTH, LEFT, RIGHT, LINE, BAR = 560, 96, 22, 30, 16
NEEDED = 90
"""Per cent of futures in which a claim has to hold to be supported, or to fail to be refuted."""
VERDICTS = ("supported", "refuted", "no difference", "depends", "undecided")

ABOUT = """# Questions and answers, in pictures

Each question is asked in many *futures* of a market: in each, all uncertain numbers are drawn
afresh. The bar shows in what percentage of a market's futures the claim holds (green), makes no
difference (grey) and fails (red); the line at the end of the green is the 95 % interval. A claim
is *supported* where it holds in nine of ten futures, *refuted* where it fails in nine of ten, and
makes *no difference* where the effect lies within the margin of its rule in nine of ten and there
are enough seeds to know. *Depends* means that it is none of these, and that the shares are known
well enough to say so; *undecided*, that they are not. The amount is the effect at the market's own
values, as a share of all value.

{tally}

Made by `uv run python docs/make_gallery.py` from [the findings](findings.md). Words are explained
in the [glossary](reference/glossary.md)."""


@dataclass(frozen=True)
class Finding:
    """A question of the findings page.

    Attributes:
        markets: what was found in each market.
    """

    markets: tuple[KeptAnswer, ...]

    @property
    def name(self) -> str:
        """The question's name."""
        return self.markets[0].name

    @property
    def question(self) -> str:
        """The question in words."""
        return self.markets[0].question

    @property
    def claim(self) -> str:
        """What holds or does not."""
        return self.markets[0].claim


def findings(answers: list[KeptAnswer]) -> list[Finding]:
    """Return the questions of the findings page."""
    by_name: dict[str, list[KeptAnswer]] = {}
    for one in answers:
        by_name.setdefault(one.name, []).append(one)
    return [Finding(tuple(held)) for held in by_name.values()]


def words(one: KeptAnswer) -> str:
    """Return the verdict and the share, as a line of the page."""
    earlier = rules_now([one.name]).get(one.name, one.rule) != one.rule
    verdict = f"{one.verdict} ({one.more})" if one.more else one.verdict
    low, high = share(one.holds.low), share(one.holds.high)
    return (
        f"*{one.place}*: **{verdict}**; the claim holds in {share(one.holds.value)} % of futures "
        f"(95 % interval {low} to {high} %) and fails in {share(one.fails)} %; the effect is "
        f"{one.effect}{' (by an earlier rule)' if earlier else ''}"
    )


def share(value: float) -> str:
    """Return a share in per cent, as the table of findings has it."""
    return of_all(value).removesuffix(f"{NBSP}%")


def picture(one: Finding) -> str:
    """Return a finding as SVG: a bar a market, of the shares of futures, with the interval."""
    height = LINE * len(one.markets)

    def x(share: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * share / 100.0, 1)

    def part(start: float, end: float, y: float, colour: str) -> str:
        wide = round(x(end) - x(start), 1)
        return f'<rect x="{x(start)}" y="{y}" width="{wide}" height="{BAR}" fill="{colour}"/>'

    def tick(share: int) -> str:
        return (
            f'<text class="faint" x="{x(share)}" y="{height + 22}" text-anchor="middle">{share} %'
            "</text>"
        )

    def needed(share: int) -> str:
        return f'<line class="rule" x1="{x(share)}" x2="{x(share)}" y1="3" y2="{height + 9}"/>'

    def line(place: int, held: KeptAnswer) -> str:
        middle = 6 + LINE * (place + 0.5)
        holds, fails = 100.0 * held.holds.value, 100.0 * (1.0 - held.fails)
        top, low, high = middle - BAR / 2, 100.0 * held.holds.low, 100.0 * held.holds.high
        return (
            f'<text class="strong" x="0" y="{middle + 5}">{held.place}</text>'
            f"{part(0, holds, top, HOLDS)}{part(holds, fails, top, SAME)}"
            f"{part(fails, 100, top, FAILS)}"
            f'<line class="ends" x1="{x(low)}" x2="{x(high)}" y1="{middle}" '
            f'y2="{middle}"/>'
        )

    lines = "".join(line(place, held) for place, held in enumerate(one.markets))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height + 30}" role="img">'
        f"<title>{escape(f'{one.claim} {said(one)}')}</title>"
        "<style>text{font:13px system-ui,sans-serif}.rule{stroke:#5a6673;stroke-dasharray:4 3}"
        ".ends{stroke:#1f2430;stroke-width:2.5}.faint{fill:#5a6673}"
        ".strong{fill:#1f2430;font-weight:600}@media(prefers-color-scheme:dark)"
        "{.faint{fill:#a4adba}.strong{fill:#e8eaee}.rule{stroke:#a4adba}}</style>"
        f"{lines}{needed(100 - NEEDED)}{needed(NEEDED)}{''.join(map(tick, (0, 10, 50, 90, 100)))}"
        "</svg>\n"
    )


def said(finding: Finding) -> str:
    """Return in how many futures the claim holds and fails, market by market, in a sentence."""
    told = [
        f"{one.place}: holds in {share(one.holds.value)} % of futures, fails in "
        f"{share(one.fails)} %"
        for one in finding.markets
    ]
    return f"{'; '.join(told)}."


def tally(rows: list[Finding]) -> str:
    """Return how many claims have which verdict, market by market, as a table."""
    markets = list(dict.fromkeys(held.market for one in rows for held in one.markets))
    lines = [f"| market | {' | '.join(VERDICTS)} |", f"|---|{'---|' * len(VERDICTS)}"]
    for market in markets:
        held = [one for row in rows for one in row.markets if one.market == market]
        counts = Counter(one.verdict for one in held)
        cells = " | ".join(str(counts[verdict]) for verdict in VERDICTS)
        lines.append(f"| {held[0].place} | {cells} |")
    return "\n".join(lines)


def documents() -> dict[Path, str]:
    """Return every file of the gallery with its text."""
    rows = findings(read_kept(DOCS / "findings.json"))
    made = {DOCS / "gallery" / f"{one.name}.svg": picture(one) for one in rows}
    lines = [ABOUT.format(tally=tally(rows))]
    for one in rows:
        more = f"[What was run, and for whom it pays](findings.md#{one.name})"
        lines += [
            "",
            f"## {markdown(one.question)}",
            "",
            f"Claim: {markdown(one.claim)}",
            "",
            f"![{said(one)}](gallery/{one.name}.svg)",
            "",
            *(f"- {words(held)}" for held in one.markets),
            "",
            f"{more}, or `cocreate ask {one.name}`.",
        ]
    return {DOCS / "gallery.md": unbroken("\n".join(lines)) + "\n", **made}


def main() -> None:
    """Write what is out of date."""
    for path, text in documents().items():
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(path.relative_to(DOCS.parent))  # noqa: T201  (a command)


if __name__ == "__main__":
    main()
