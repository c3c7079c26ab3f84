"""Write the gallery of questions, with a picture each, from the findings page.

    uv run python docs/make_gallery.py

The findings are written by ``cocreate ask --all --findings docs/findings.md``; nothing is computed
here. Run it again whenever they change.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

from simulation.report.colours import BAD, GOOD

DOCS = Path(__file__).resolve().parent
HEAD = re.compile(r"^\| question \| (.+) \|$", re.MULTILINE)
ROW = re.compile(r"^\| \[([\w-]+)\]\(#[\w-]+\) \| (.+) \|$", re.MULTILINE)
CELL = re.compile(r"\*\*([\w ]+)(?:, ([\w ]+))?\*\*: (.+?) / (.+?) / (.+?) % \((.+)\)")
"""A cell of the table: verdict, what more is said of it, shares of futures, effect."""
ENDS = re.compile(r"The claim holds in \S+ % \(95 % interval <?([\d.]+) % to <?([\d.]+) %\)")
HOLDS, SAME, FAILS = GOOD, "#b9c1ca", BAD
WIDTH, LEFT, RIGHT, LINE, BAR = 560, 96, 22, 30, 16
NEEDED = 90
"""Per cent of futures in which a claim has to hold to be supported, or to fail to be refuted."""
VERDICTS = ("supported", "refuted", "no difference", "depends", "undecided")

ABOUT = """# Questions and answers, in pictures

Each question is asked in many *futures* of a market: in each, all uncertain numbers are drawn
afresh. The bar shows in how many per cent of a market's futures the claim holds (green), makes no
difference (grey) and fails (red); the line at the end of the green is the 95 % interval. A claim
is *supported* where it holds in nine of ten futures, *refuted* where it fails in nine of ten, and
makes *no difference* where the effect lies within the margin of its rule in nine of ten. *Depends*
means that it is none of these, and that more futures would not change that; *undecided*, that too
few were run to tell. The amount is the effect at the market's own values, as a share of all value.

{tally}

Made by `uv run python docs/make_gallery.py` from [the findings](findings.md). Words are explained
in the [glossary](reference/glossary.md)."""


@dataclass(frozen=True)
class Held:
    """What was found of a claim in a market.

    Attributes:
        market: its name.
        verdict: supported, refuted, no difference, depends or undecided.
        more: what else the verdict says, such as "leans to no".
        holds: per cent of futures in which the claim holds.
        low: end of its interval.
        high: the other end.
        fails: per cent of futures in which it fails.
        effect: at the market's own values, in words.
    """

    market: str
    verdict: str
    more: str
    holds: float
    low: float
    high: float
    fails: float
    effect: str

    @property
    def words(self) -> str:
        """The verdict and the share, as a line of the page."""
        words = f"{self.verdict} ({self.more})" if self.more else self.verdict
        return (
            f"*{self.place}*: **{words}**; the claim holds in {self.holds:g} % of futures (95 % "
            f"interval {self.low:g} to {self.high:g} %) and fails in {self.fails:g} %; the effect "
            f"is {self.effect}"
        )

    @property
    def place(self) -> str:
        """The market's name in words."""
        return self.market.replace("_", " ")


@dataclass(frozen=True)
class Finding:
    """A question of the findings page.

    Attributes:
        name: of the question.
        question: in words.
        claim: what holds or does not.
        markets: what was found in each market.
    """

    name: str
    question: str
    claim: str
    markets: tuple[Held, ...]


def findings(text: str) -> list[Finding]:
    """Return the questions of the findings page."""
    head = HEAD.search(text)
    if head is None:
        raise ValueError("findings.md has no table of questions by market.")
    markets = head[1].split(" | ")
    result = []
    for name, cells in ROW.findall(text):
        section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        question = re.search(r"\*\*(.+?)\*\*", section)
        claim = re.search(r"^Claim: (.+?) Rule: ", section, re.MULTILINE)
        held = []
        for market, cell in zip(markets, cells.split(" | "), strict=True):
            line = re.search(rf"^\*{market}\*: .+$", section, re.MULTILINE)
            told, ends = CELL.search(cell), ENDS.search(line[0]) if line else None
            if told is not None and ends is not None:
                shares = [0.0 if one.startswith("<") else float(one) for one in told.group(3, 5)]
                held.append(Held(market, told[1], told[2] or "", shares[0], float(ends[1]),
                                 float(ends[2]), shares[1], told[6]))  # fmt: skip
        if question is None or claim is None or not held:
            raise ValueError(f"findings.md: {name} has no question, claim or share.")
        result.append(Finding(name, question[1], claim[1], tuple(held)))
    return result


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

    def line(place: int, held: Held) -> str:
        middle = 6 + LINE * (place + 0.5)
        top, fails = middle - BAR / 2, 100.0 - held.fails
        return (
            f'<text class="strong" x="0" y="{middle + 5}">{held.place}</text>'
            f"{part(0, held.holds, top, HOLDS)}{part(held.holds, fails, top, SAME)}"
            f"{part(fails, 100, top, FAILS)}"
            f'<line class="ends" x1="{x(held.low)}" x2="{x(held.high)}" y1="{middle}" '
            f'y2="{middle}"/>'
        )

    lines = "".join(line(place, held) for place, held in enumerate(one.markets))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height + 30}" role="img">'
        f"<title>{escape(unescape(f'{one.claim} {said(one)}'))}</title>"
        "<style>text{font:13px system-ui,sans-serif}.rule{stroke:#5a6673;stroke-dasharray:4 3}"
        ".ends{stroke:#1f2430;stroke-width:2.5}.faint{fill:#5a6673}"
        ".strong{fill:#1f2430;font-weight:600}@media(prefers-color-scheme:dark)"
        "{.faint{fill:#a4adba}.strong{fill:#e8eaee}.rule{stroke:#a4adba}}</style>"
        f"{lines}{needed(100 - NEEDED)}{needed(NEEDED)}{''.join(map(tick, (0, 10, 50, 90, 100)))}"
        "</svg>\n"
    )


def said(finding: Finding) -> str:
    """Return in how many futures the claim holds and fails, market by market, in a sentence."""
    told = [f"{one.place}: holds in {one.holds:g} % of futures, fails in {one.fails:g} %"
            for one in finding.markets]  # fmt: skip
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
    rows = findings((DOCS / "findings.md").read_text("utf-8"))
    made = {DOCS / "gallery" / f"{one.name}.svg": picture(one) for one in rows}
    lines = [ABOUT.format(tally=tally(rows))]
    for one in rows:
        more = f"[What was run, and for whom it pays](findings.md#{one.name})"
        lines += [
            "",
            f"## {one.question}",
            "",
            f"Claim: {one.claim}",
            "",
            f"![{said(one)}](gallery/{one.name}.svg)",
            "",
            *(f"- {held.words}" for held in one.markets),
            "",
            f"{more}, or `cocreate ask {one.name}`.",
        ]
    return {DOCS / "gallery.md": "\n".join(lines) + "\n", **made}


def main() -> None:
    """Write what is out of date."""
    for path, text in documents().items():
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(path.relative_to(DOCS.parent))  # noqa: T201  (a command)


if __name__ == "__main__":
    main()
