"""The page of findings, and the file of its numbers beside it: checked beforehand, and written."""

from __future__ import annotations

import shlex
from pathlib import Path

import typer

from simulation.errors import Fault, InputError, ResultError


def check_page(file: Path) -> None:
    """Refuse a page that could not be written, before anything is asked.

    Raises:
        InputError: its folder does not exist, or it has the name of the file with its numbers.
        ResultError: there is a file of that name, and it does not hold answers.
    """
    from simulation.studies.question.findings_data import file_beside, read_kept

    if not file.parent.is_dir():
        hint = f"Make it first: {shlex.join(['mkdir', '-p', str(file.parent)])}"
        raise InputError([Fault("is a folder that does not exist.", file.parent, hint=hint)])
    if file == file_beside(file):
        hint = f"Name the page {file.stem}.md; its numbers are written to {file.name} beside it."
        raise InputError([Fault("is no name for a page of text.", file, hint=hint)])
    read_kept(file_beside(file))


def write_findings(file: Path, root: Path) -> None:
    """Write the answers that are stored as a page, with those kept beside it from elsewhere.

    Raises:
        ResultError: no question has been asked, or what is kept cannot be read.
    """
    from simulation.report.words import count
    from simulation.store.files import write_text
    from simulation.studies.question.findings_data import (
        answers_in,
        file_beside,
        in_order,
        read_kept,
        write_kept,
    )
    from simulation.studies.question.findings_page import findings_page

    beside = file_beside(file)
    stored, kept = answers_in(root), read_kept(beside)
    if not stored and not kept:
        hint = "Answer them first: cocreate ask --all"
        raise ResultError([Fault("holds no answer.", file=root, hint=hint)])
    held = in_order([*kept, *stored])
    write_kept(beside, held)
    write_text(file, findings_page(held, beside.name))
    n = sum(one in kept and one not in stored for one in held)
    rest = f", {n} of them kept from before" if n else ""
    typer.echo(f"Wrote {file} and {beside.name}: {count(len(held), 'answer')}{rest}.", err=True)
