"""A table of text, and its three renderings: HTML, Markdown, terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult


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

    @property
    def word_columns(self) -> frozenset[int]:
        """The places of columns that a page sets left and wraps: names, sources and other text."""
        columns = enumerate(zip(*self.rows, strict=True))
        return frozenset(range(self.n_names)) | {
            place
            for place, cells in columns
            if any(sum(map(str.isalpha, cell)) > LONG_WORDS for cell in cells)
        }

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
    ) -> RenderableType:
        """Return the table for a terminal; markup in its text is shown as it is.

        Where a terminal is so narrow that words would break, rows stand one below the other.

        Args:
            title_above: whether the title stands above the table, rather than below it.
            words: heads of columns behind the names that hold words, which are set left.
            colours: the colour of cells with a certain text.
        """
        return _Fitting(self, title_above, frozenset(words), colours)

    def widths(self, most: int) -> list[int] | None:
        """Return how wide its columns are on a terminal, or None where words would be broken.

        Numbers are never broken. What is left goes to the columns from the left, as they need it.
        """
        from rich.cells import cell_len

        columns = list(zip(self.columns, *self.rows, strict=True))
        natural = [max(map(cell_len, column)) for column in columns]
        least = [
            max((cell_len(word) for cell in column for word in cell.split()), default=0)
            if place < self.n_names or natural[place] > LONG_WORDS
            else natural[place]
            for place, column in enumerate(columns)
        ]
        room = most - sum(least) - GAP * (len(columns) - 1)
        if room < 0:
            return None
        widths = []
        for low, high in zip(least, natural, strict=True):
            more = min(high - low, room)
            widths.append(low + more)
            room -= more
        return widths

    def stacked(self, *, title_above: bool = False) -> str:
        """Return the rows one below the other: names, and below them what stands in the columns."""
        lines = [self.title] if title_above and self.title else []
        first = ""
        for row in self.rows:
            first = row[0] or first  # a name that is that of the row above is left out
            cells = zip(self.columns[self.n_names :], row[self.n_names :], strict=True)
            values = ", ".join(f"{head} {cell}".strip() for head, cell in cells if cell)
            names = (first, *row[1 : self.n_names])
            lines += [", ".join(filter(None, names)), f"  {values}"]
        return "\n".join(lines if title_above else [*lines, self.title]).rstrip()


GAP = 2
"""Blanks between columns on a terminal."""
LONG_WORDS = 24
"""Columns whose cells are longer are not numbers, and are broken between words."""


@dataclass(frozen=True)
class _Fitting:
    """A table for terminals, by their width."""

    table: Table
    title_above: bool
    words: Collection[str]
    colours: Mapping[str, str]

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        widths = self.table.widths(options.max_width)
        if widths is None:
            yield Text(self.table.stacked(title_above=self.title_above))
        else:
            yield self._wide(widths)

    def _wide(self, widths: Sequence[int]) -> RenderableType:
        from rich.markup import escape
        from rich.table import Table as TerminalTable
        from rich.text import Text

        title = escape(self.table.title)
        table = (
            TerminalTable(title=title, title_justify="left", title_style="", box=None,
                          pad_edge=False)
            if self.title_above
            else TerminalTable(caption=title, caption_justify="left", box=None, pad_edge=False)
        )  # fmt: skip
        for place, (head, width) in enumerate(zip(self.table.columns, widths, strict=True)):
            right = place >= self.table.n_names and head not in self.words
            table.add_column(escape(head), justify="right" if right else "left", width=width,
                             overflow="fold")  # fmt: skip
        for row in self.table.rows:
            table.add_row(*(Text(cell, style=self.colours.get(cell, "")) for cell in row))
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
