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
ROW = re.compile(r"^\| \[([\w-]+)\]\(#[\w-]+\) \| \*\*([\w ]+)(?:, ([\w ]+))?\*\*", re.MULTILINE)
"""A row of the page: name, verdict, and what more is said of it, of the first market."""
SHARE = re.compile(r"The claim holds in <?([\d.]+) %, 95 % interval <?([\d.]+) % to <?([\d.]+) %")
COLOURS = {"supported": "#0f766e", "refuted": "#b4430d"}
WIDTH, HEIGHT, EDGE = 480, 84, 34
NEEDED = 90
"""Per cent of futures in which a claim has to hold to be supported."""

ABOUT = """# Questions and answers, in pictures

Each question is asked in many *futures* of one market: all numbers that nobody knows are drawn anew
in each. The dot says in how many per cent of the futures the claim holds, the bar is its 95 %
interval. A claim is supported where it holds in nine of ten, and refuted where it fails in nine of
ten. *Undecided* means that too few futures were run to tell, *depends* that more would not help: it
holds in some and not in others.

Made by `uv run python docs/make_gallery.py` from [the findings](findings.md)."""


@dataclass(frozen=True)
class Finding:
    """A question of the findings page.

    Attributes:
        name: of the question.
        question: in words.
        claim: what holds or does not.
        verdict: supported, refuted, no difference, depends or undecided.
        more: what else the verdict says, such as "leans to no".
        share: per cent of futures in which the claim holds.
        low: end of its interval.
        high: the other end.
    """

    name: str
    question: str
    claim: str
    verdict: str
    more: str
    share: float
    low: float
    high: float

    @property
    def verdict_words(self) -> str:
        """The verdict as a sentence begins."""
        words = self.verdict.capitalize()
        return f"{words} ({self.more})" if self.more else words


def findings(text: str) -> list[Finding]:
    """Return the questions of the findings page, of its first market."""
    result = []
    for name, verdict, more in ROW.findall(text):
        section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        question = re.search(r"\*\*(.+?)\*\*", section)
        claim = re.search(r"^Claim: (.+?) Rule: ", section, re.MULTILINE)
        share = SHARE.search(section)
        if question is None or claim is None or share is None:
            raise ValueError(f"findings.md: {name} has no question, claim or share.")
        ends = (float(one) for one in share.groups())
        result.append(Finding(name, question[1], claim[1], verdict, more, *ends))
    return result


def picture(one: Finding) -> str:
    """Return a finding as SVG: the share of futures with its interval, on a scale to 100 %."""

    def x(share: float) -> float:
        return round(EDGE + (WIDTH - 2 * EDGE) * share / 100.0, 1)

    def tick(share: int, words: str) -> str:
        dash = ' stroke-dasharray="4 3"' if share == NEEDED else ""
        return (
            f'<line class="rule" x1="{x(share)}" x2="{x(share)}" y1="26" y2="58"{dash}/>'
            f'<text class="faint" x="{x(share)}" y="76" text-anchor="middle">{words}</text>'
        )

    colour = COLOURS.get(one.verdict, "#5a6673")
    label = f"{one.claim} Holds in {one.share:g} % of futures ({one.low:g} to {one.high:g} %)."
    at = x(min(max(one.share, 20.0), 80.0))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(unescape(label))}</title>"
        "<style>text{font:13px system-ui,sans-serif}.rule{stroke:#8a949e}.faint{fill:#5a6673}"
        ".strong{fill:#1f2430;font-weight:600}@media(prefers-color-scheme:dark)"
        "{.faint{fill:#a4adba}.strong{fill:#e8eaee}}</style>"
        f"{tick(0, '0 %')}{tick(50, '50 %')}{tick(NEEDED, '90 %')}"
        f'<line class="rule" x1="{x(0)}" x2="{x(100)}" y1="42" y2="42"/>'
        f'<line x1="{x(one.low)}" x2="{x(one.high)}" y1="42" y2="42" stroke="{colour}" '
        f'stroke-width="6" stroke-linecap="round" opacity=".55"/>'
        f'<circle cx="{x(one.share)}" cy="42" r="7" fill="{colour}"/>'
        f'<text class="strong" x="{at}" y="16" text-anchor="middle">holds in {one.share:g} % of '
        "futures</text></svg>\n"
    )


def documents() -> dict[Path, str]:
    """Return every file of the gallery with its text."""
    rows = findings((DOCS / "findings.md").read_text("utf-8"))
    made = {DOCS / "gallery" / f"{one.name}.svg": picture(one) for one in rows}
    lines = [ABOUT]
    for one in rows:
        alt = f"The claim holds in {one.share:g} % of futures."
        interval = f"95 % interval {one.low:g} to {one.high:g} %"
        holds = f"holds in {one.share:g} % of futures ({interval})"
        more = f"[What was run, and for whom it pays](findings.md#{one.name})"
        lines += [
            "",
            f"## {one.question}",
            "",
            f"Claim: {one.claim}",
            "",
            f"![{alt}](gallery/{one.name}.svg)",
            "",
            f"**{one.verdict_words}**: the claim {holds}. {more}, or `cocreate ask {one.name}`.",
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
