"""A table says the same as HTML, as Markdown and on a terminal, whatever its text is."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from simulation.report.assumptions import assumptions
from simulation.report.page import Card, Chapter, Failure, Remake, Report
from simulation.report.table import Table

EVIL = "<b>[red]|"
TABLE = Table("Value, by actor", ("actor", "mean", "of [it]"), ((EVIL, "−4.2", "12 %"),))


def on_terminal(table: Table, *, title_above: bool = False) -> str:
    out = StringIO()
    Console(file=out, width=100).print(table.terminal(title_above=title_above))
    return out.getvalue()


def test_text_is_shown_as_it_is_in_every_rendering() -> None:
    assert '<th scope="row">&lt;b&gt;[red]|</th>' in TABLE.html()
    assert '<td class="n">−4.2</td>' in TABLE.html()
    assert "| &lt;b&gt;\\[red\\]\\| | −4.2 | 12 % |" in TABLE.markdown()
    assert "| --- | ---: | ---: |" in TABLE.markdown()
    shown = on_terminal(TABLE)
    assert EVIL in shown
    assert "of [it]" in shown
    assert (
        shown.index("Value")
        > shown.index("−4.2")
        > on_terminal(TABLE, title_above=True).index("Value")
    )


def test_columns_of_words_are_set_left_and_cells_have_the_colour_of_their_text() -> None:
    table = Table("", ("a", "n", "unit"), (("x", "1", "h"), ("y", "22", "money")))
    out = StringIO()
    console = Console(file=out, width=60, force_terminal=True, color_system="standard")
    console.print(table.terminal(words=("unit",), colours={"1": "red"}))
    lines = out.getvalue().splitlines()
    assert [line.rstrip() for line in lines[2:]] == ["y  22  money"]
    assert "\x1b[31m 1\x1b[0m" in lines[1]
    assert lines[1].rstrip().endswith("h")


def test_columns_can_be_left_out_and_names_stay_names() -> None:
    two = Table("t", ("a", "b", "c"), (("1", "2", "3"),), n_names=2)
    assert two.only((1, 2)) == Table("t", ("b", "c"), (("2", "3"),), n_names=1)
    assert TABLE.short_title == "Value"


def test_report_of_any_study_shows_its_own_chapters_and_failures() -> None:
    report = Report(
        title="A title", facts=("one run",), answer=("It is so.",), assumptions=assumptions({}),
        remake=Remake.of({"remake": "cocreate run x", "elapsed_s": 2.4}), kicker="trial",
        cards=(Card("a", "+1", "", "", "▼ drag"), Card("b", "1", "", "", "◆ open")),
        chapters=(Chapter("own", "A section", (TABLE,), ("A note.",)),),
        failures=(Failure("4", EVIL, "again", "cheap"),),
    )  # fmt: skip
    page, text = report.html({}), report.markdown()
    assert '<a href="#own">A section</a>' in page
    assert "<p>A note.</p>" in page
    assert '<th scope="col">scenario</th>' in page
    assert '<dd class="small lost">▼ drag</dd>' in page
    assert '<dd class="small">◆ open</dd>' in page
    assert "in 2 s" in page
    assert "This result has nothing to show in a figure." in page
    assert "## A section" in text
    assert "- cheap, seed 4 failed: &lt;b&gt;\\[red\\]\\| Reproduce it: `again`" in text
    out = StringIO()
    Console(file=out, width=80).print(report.terminal())
    assert "1. It is so." in out.getvalue()


def test_on_a_narrow_terminal_rows_stand_one_below_the_other_and_no_word_is_broken() -> None:
    rows = (("co-created value", "", "−37.7", "money/month"), ("", "customers", "−4.7", "persons"))
    table = Table("Means.", ("outcome", "of", "mean", "unit"), rows, n_names=2)
    for width, fits in ((60, True), (41, True), (40, False)):
        out = StringIO()
        Console(file=out, width=width).print(table.terminal(words=("unit",)))
        text = out.getvalue()
        assert ("outcome" in text) is fits
        assert all(word in text for word in ("customers", "money/month", "−37.7", "Means."))
        assert max(map(len, text.splitlines())) <= width


def test_long_words_behind_numbers_wrap_and_numbers_do_not() -> None:
    source = "Szymanski & Henard 2001; Kumar, Pozza & Ganesh 2013"
    interval = "−0.00031 (−0.00083 to +0.00021)"
    table = Table("T", ("name", "unit", "at", "source"), (("a", "EUR", interval, source),), 2)
    assert table.word_columns == {0, 1, 3}
    assert f"<td>{source.replace('&', '&amp;')}</td>" in table.html()
    assert f'<td class="n">{interval}</td>' in table.html()
    assert '<th scope="col">source</th>' in table.html()
