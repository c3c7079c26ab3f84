"""A table of text, and its three renderings: HTML, Markdown, terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table as TerminalTable


@dataclass(frozen=True)
class Table:
    """A table as it is read: title, column heads, rows of text; the first columns are names."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_names: int = 1
    """How many columns from the left are names; the others are numbers, set right."""
    is_open: bool = False
    """Whether a page shows it at once, rather than folded under its short title."""
    chapter: str = ""
    """The chapter of a report that it stands in (see ``page.CHAPTERS``)."""

    @property
    def short_title(self) -> str:
        """The title up to its first comma or colon."""
        return self.title.split(",")[0].split(":")[0]

    def only(self, columns: Sequence[int]) -> Table:
        """Return the table with these columns, by place."""
        return replace(
            self,
            columns=tuple(self.columns[at] for at in columns),
            rows=tuple(tuple(row[at] for at in columns) for row in self.rows),
            n_names=sum(at < self.n_names for at in columns),
        )

    def html(self) -> str:
        """Return the table as HTML."""
        return self._rendered("macros.html.j2")

    def markdown(self) -> str:
        """Return the table as Markdown."""
        return self._rendered("macros.md.j2")

    def latex(self) -> str:
        """Return the table as LaTeX, for the package booktabs."""
        align = "".join("l" if at < self.n_names else "r" for at in range(len(self.columns)))
        body = [" & ".join(map(_tex, row)) + r" \\" for row in self.rows]
        return "\n".join([
            r"\begin{table}", rf"\caption{{{_tex(self.title)}}}", rf"\begin{{tabular}}{{{align}}}",
            r"\toprule", " & ".join(map(_tex, self.columns)) + r" \\", r"\midrule", *body,
            r"\bottomrule", r"\end{tabular}", r"\end{table}", "",
        ])  # fmt: skip

    def _rendered(self, template: str) -> str:
        from simulation.report.templating import environment

        return str(environment().get_template(template).module.table(self))  # type: ignore[attr-defined]

    def terminal(
        self,
        *,
        title_above: bool = False,
        words: Collection[str] = (),
        colours: Mapping[str, str] = MappingProxyType({}),
    ) -> TerminalTable:
        """Return the table for a terminal; markup in its text is shown as it is.

        Args:
            title_above: whether the title stands above the table, rather than below it.
            words: heads of columns behind the names that hold words, which are set left.
            colours: the colour of cells with a certain text.
        """
        from rich.markup import escape
        from rich.table import Table as TerminalTable
        from rich.text import Text

        title = escape(self.title)
        table = (
            TerminalTable(title=title, title_justify="left", title_style="", box=None,
                          pad_edge=False)
            if title_above
            else TerminalTable(caption=title, caption_justify="left", box=None, pad_edge=False)
        )  # fmt: skip
        for place, head in enumerate(self.columns):
            right = place >= self.n_names and head not in words
            table.add_column(
                escape(head),
                justify="right" if right else "left",
                no_wrap=right,
                overflow="fold",
            )
        for row in self.rows:
            table.add_row(*(Text(cell, style=colours.get(cell, "")) for cell in row))
        return table


def in_chapter(chapter: str, *tables: Table) -> list[Table]:
    """Return the tables that have rows, in a chapter of a report."""
    return [replace(table, chapter=chapter) for table in tables if table.rows]


_TEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "−": "$-$", "±": r"$\pm$", "→": r"$\to$", "\u00a0": "~", "…": r"\dots{}", "–": "--",
}  # fmt: skip


def _tex(text: str) -> str:
    """Return text as LaTeX shows it."""
    return "".join(_TEX.get(letter, letter) for letter in text)
