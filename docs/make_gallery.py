"""Write the gallery of questions, with a picture each, from the findings page.

    uv run python docs/make_gallery.py

The findings are written by ``cocreate ask --all --findings docs/findings.md``; nothing is computed
here. Run it again whenever they change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

DOCS = Path(__file__).resolve().parent
HEAD = re.compile(r"^\| question \| (.+) \|$", re.MULTILINE)
ROW = re.compile(r"^\| \[([\w-]+)\]\(#[\w-]+\) \| (.+) \|$", re.MULTILINE)
CELL = re.compile(r"\*\*([\w ]+)(?:, ([\w ]+))?\*\*")
"""A cell of the table: the verdict, and what more is said of it."""
SHARE = re.compile(r"The claim holds in <?([\d.]+) %, 95 % interval <?([\d.]+) % to <?([\d.]+) %")
COLOURS = {"supported": "#0f766e", "refuted": "#b4430d"}
WIDTH, LEFT, RIGHT, LINE = 560, 96, 60, 30
NEEDED = 90
"""Per cent of futures in which a claim has to hold to be supported."""

ABOUT = """# Questions and answers, in pictures

Each question is asked in many *futures* of a market: all numbers that nobody knows are drawn anew
in each. A dot says in how many per cent of a market's futures the claim holds, the bar is its 95 %
interval. A claim is supported where it holds in nine of ten, and refuted where it fails in nine of
ten. *Undecided* means that too few futures were run to tell, *depends* that more would not help: it
holds in some and not in others.

Made by `uv run python docs/make_gallery.py` from [the findings](findings.md)."""


@dataclass(frozen=True)
class Held:
    """What was found of a claim in a market.

    Attributes:
        market: its name.
        verdict: supported, refuted, no difference, depends or undecided.
        more: what else the verdict says, such as "leans to no".
        share: per cent of futures in which the claim holds.
        low: end of its interval.
        high: the other end.
    """

    market: str
    verdict: str
    more: str
    share: float
    low: float
    high: float

    @property
    def words(self) -> str:
        """The verdict and the share, as a line of the page."""
        words = f"{self.verdict} ({self.more})" if self.more else self.verdict
        return (
            f"**{words}** in *{self.market}*: the claim holds in {self.share:g} % of futures "
            f"(95 % interval {self.low:g} to {self.high:g} %)"
        )


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
            verdict, share = CELL.search(cell), SHARE.search(line[0]) if line else None
            if verdict is not None and share is not None:
                ends = (float(one) for one in share.groups())
                held.append(Held(market, verdict[1], verdict[2] or "", *ends))
        if question is None or claim is None or not held:
            raise ValueError(f"findings.md: {name} has no question, claim or share.")
        result.append(Finding(name, question[1], claim[1], tuple(held)))
    return result


def picture(one: Finding) -> str:
    """Return a finding as SVG: a line a market, the share of futures with its interval."""
    height = LINE * len(one.markets)

    def x(share: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * share / 100.0, 1)

    def tick(share: int, words: str) -> str:
        dash = ' stroke-dasharray="4 3"' if share == NEEDED else ""
        return (
            f'<line class="rule" x1="{x(share)}" x2="{x(share)}" y1="6" y2="{height + 6}"{dash}/>'
            f'<text class="faint" x="{x(share)}" y="{height + 24}" text-anchor="middle">{words}'
            "</text>"
        )

    def line(place: int, held: Held) -> str:
        y, colour = 6 + LINE * (place + 0.5), COLOURS.get(held.verdict, "#5a6673")
        return (
            f'<text class="strong" x="0" y="{y + 5}">{held.market.replace("_", " ")}</text>'
            f'<line class="rule" x1="{x(0)}" x2="{x(100)}" y1="{y}" y2="{y}"/>'
            f'<line x1="{x(held.low)}" x2="{x(held.high)}" y1="{y}" y2="{y}" stroke="{colour}" '
            f'stroke-width="6" stroke-linecap="round" opacity=".55"/>'
            f'<circle cx="{x(held.share)}" cy="{y}" r="7" fill="{colour}"/>'
            f'<text class="strong" x="{WIDTH}" y="{y + 5}" text-anchor="end">{held.share:g} %'
            "</text>"
        )

    lines = "".join(line(place, held) for place, held in enumerate(one.markets))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height + 32}" role="img">'
        f"<title>{escape(unescape(f'{one.claim} {said(one)}'))}</title>"
        "<style>text{font:13px system-ui,sans-serif}.rule{stroke:#8a949e}.faint{fill:#5a6673}"
        ".strong{fill:#1f2430;font-weight:600}@media(prefers-color-scheme:dark)"
        "{.faint{fill:#a4adba}.strong{fill:#e8eaee}}</style>"
        f"{tick(0, '0 %')}{tick(50, '50 %')}{tick(NEEDED, '90 %')}{lines}</svg>\n"
    )


def said(finding: Finding) -> str:
    """Return in how many futures the claim holds, market by market, in a sentence."""
    first, *rest = (f"{one.share:g} % of {one.market.replace('_', ' ')}" for one in finding.markets)
    return f"The claim holds in {', '.join([f'{first} futures', *rest])}."


def documents() -> dict[Path, str]:
    """Return every file of the gallery with its text."""
    rows = findings((DOCS / "findings.md").read_text("utf-8"))
    made = {DOCS / "gallery" / f"{one.name}.svg": picture(one) for one in rows}
    lines = [ABOUT]
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
