"""Write the gallery of questions, with a picture each, from the findings page.

    uv run python docs/make_gallery.py

The findings are written by ``cocreate ask --all --findings docs/findings.md``; nothing is computed
here. Run it again whenever they change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROW = re.compile(r"^\| \[([\w-]+)\]\(#[\w-]+\) \| \*\*([\w ]+)\*\* \|(.*)\|$", re.MULTILINE)
SHARE_ROW = re.compile(
    r"^\| \[([\w-]+)\]\(#[\w-]+\) \| \*\*([\w ,]+)\*\*, holds in <?([\d.]+)\s?%", re.MULTILINE
)
"""A row of a page whose verdicts are shares of futures, with its first market."""
NINE_OF_TEN = 90.0
SHARES = (
    "The dot is the share of futures in which the claim",
    "holds, the dashed line nine of ten.",
)
EFFECTS = (
    "The dot is the effect of the least clear comparison, the bar its",
    "95 % interval, the solid line zero, the dashed line the threshold of the rule that was",
    "written before the run.",
)
COLOURS = {"supported": "#0f766e", "refuted": "#b4430d"}
WIDTH, HEIGHT, EDGE = 480, 64, 24


@dataclass(frozen=True)
class Finding:
    """A row of the findings page."""

    name: str
    question: str
    verdict: str
    effect: float
    low: float
    high: float
    threshold: float
    by_share: bool = False
    """Whether the effect is the share of futures in which the claim holds, in per cent."""


def findings(text: str) -> list[Finding]:
    """Return the rows of the findings page."""
    found = []
    for name, verdict, share in SHARE_ROW.findall(text):
        title = re.search(rf"^## {re.escape(name)}\n+\*\*(.+?)\*\*", text, re.MULTILINE)
        question = title[1] if title else name
        ends = (float(share), 0.0, float(share), NINE_OF_TEN)
        found.append(Finding(name, question, verdict.partition(",")[0], *ends, by_share=True))
    for name, verdict, rest in ROW.findall(text):
        effect, interval, threshold = (cell.strip() for cell in rest.split("|")[:3])
        low, high = interval.split(" to ")
        title = re.search(rf"^## {re.escape(name)}\n+\*\*(.+?)\*\*", text, re.MULTILINE)
        question = title[1] if title else name
        numbers = [_number(one) for one in (effect, low, high, threshold)]
        found.append(Finding(name, question, verdict, *numbers))
    return found


def picture(one: Finding) -> str:
    """Return a finding as SVG: the interval, its mean, and the threshold of its rule."""
    ends = (one.low, one.high, one.threshold, 0.0)
    low, high = min(ends), max(ends)

    def x(value: float) -> float:
        return round(EDGE + (WIDTH - 2 * EDGE) * (value - low) / ((high - low) or 1.0), 1)

    colour = COLOURS.get(one.verdict, "#5a6673")
    label = f"{one.question} {one.verdict}: {one.effect:g} ({one.low:g} to {one.high:g})"
    zero, bar = x(0.0), x(one.threshold)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(label)}</title>"
        f'<line x1="{zero}" x2="{zero}" y1="8" y2="44" stroke="#8a949e"/>'
        f'<line x1="{bar}" x2="{bar}" y1="8" y2="44" stroke="#8a949e" stroke-dasharray="4 3"/>'
        f'<line x1="{x(one.low)}" x2="{x(one.high)}" y1="26" y2="26" stroke="{colour}" '
        f'stroke-width="5" stroke-linecap="round"/>'
        f'<circle cx="{x(one.effect)}" cy="26" r="7" fill="{colour}"/>'
        f'<text x="{zero}" y="60" font-family="sans-serif" font-size="12" fill="#8a949e" '
        f'text-anchor="middle">0</text></svg>\n'
    )


def documents() -> dict[Path, str]:
    """Return every file of the gallery with its text."""
    rows = findings((DOCS / "findings.md").read_text("utf-8"))
    made = {DOCS / "gallery" / f"{one.name}.svg": picture(one) for one in rows}
    legend = SHARES if any(one.by_share for one in rows) else EFFECTS
    lines = [
        "# Questions and answers, in pictures",
        "",
        "Made by `uv run python docs/make_gallery.py` from [the findings](findings.md), which say",
        "what each number is. " + legend[0],
        *legend[1:],
    ]
    for one in rows:
        numbers = f"{_text(one.effect)} ({_text(one.low)} to {_text(one.high)})"
        if one.by_share:
            numbers = f"the claim holds in {_text(one.effect)} % of futures"
        more = f"[What was run, and what reverses it](findings.md#{one.name})"
        lines += [
            "",
            f"## {one.question}",
            "",
            f"![{one.question} {one.verdict.capitalize()}.](gallery/{one.name}.svg)",
            "",
            f"**{one.verdict.capitalize()}**: {numbers}. {more}, or `cocreate ask {one.name}`.",
        ]
    return {DOCS / "gallery.md": "\n".join(lines) + "\n", **made}


def main() -> None:
    """Write what is out of date."""
    for path, text in documents().items():
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(path.relative_to(DOCS.parent))  # noqa: T201  (a command)


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def _text(value: float) -> str:
    return f"{value:g}".replace("-", "−")


if __name__ == "__main__":
    main()
