"""The page on the library, from the docstrings of what ``simulation`` offers by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import griffe

import simulation

ROOT = Path(__file__).parents[1]
FIRST = ("load_scenario", "run", "compare", "sweep", "attribute", "ask", "explore", "optimise",
         "calibrate", "observe", "diffuse", "tie_people", "open_result")  # fmt: skip
"""Functions in the order in which one meets them."""
HEAD = """\
# Library

What `import simulation` offers. [Use as a library](../howto/use-as-a-library.md) shows it at work;
everything here raises errors of one family (`CocreateError`), the same that the command line
prints.
"""


def library_page() -> str:
    """Return the page."""
    package = griffe.load("simulation", search_paths=[ROOT], docstring_parser="google")
    named = {name: _target(package[name]) for name in simulation.__all__}
    functions = [name for name in named if named[name].is_function]
    errors = [name for name in named if name.endswith("Error") or name == "Fault"]
    results = sorted((name for name in named if name.endswith("Result")), key=len)
    others = [name for name in named if name not in (*functions, *errors, *results)]
    parts = [HEAD]
    for title, names in (
        ("Functions", sorted(functions, key=FIRST.index)),
        ("Results", results),
        ("Scenario, model, data", others),
        ("Errors", errors),
    ):
        parts.append(f"## {title}\n")
        parts += [part for name in names for part in _entry(name, named[name])]
    return "\n".join(parts).rstrip() + "\n"


def _target(one: Any) -> Any:
    return one.final_target if one.is_alias else one


def _entry(name: str, one: Any) -> Iterator[str]:
    yield f"### {name}\n"
    if one.is_function:
        yield _signature(name, one)
    yield from _docstring(one)
    if one.is_class:
        yield from _members(one)


def _signature(name: str, one: Any) -> str:
    """Return a function's signature as code, one parameter a line where it is long."""
    parameters = _parameters(one.parameters)
    result = f" -> {one.returns}" if one.returns is not None else ""
    short = f"{name}({', '.join(parameters)}){result}"
    if len(short) > 88:
        short = f"{name}(\n" + "".join(f"    {part},\n" for part in parameters) + f"){result}"
    return f"```text\n{short}\n```\n"


def _parameters(parameters: Any) -> list[str]:
    parts: list[str] = []
    for parameter in parameters:
        if parameter.name in ("self", "cls"):
            continue
        if parameter.kind is griffe.ParameterKind.keyword_only and "*" not in parts:
            parts.append("*")
        text = parameter.name + (f": {parameter.annotation}" if parameter.annotation else "")
        parts.append(text + (f" = {parameter.default}" if parameter.default is not None else ""))
    return parts


def _docstring(one: Any) -> Iterator[str]:
    if one.docstring is None:
        return
    for section in one.docstring.parsed:
        match section.kind:
            case griffe.DocstringSectionKind.text:
                yield f"{_plain(section.value)}\n"
            case griffe.DocstringSectionKind.parameters | griffe.DocstringSectionKind.attributes:
                yield _table(section.value, lambda item: f"`{item.name}`")
            case griffe.DocstringSectionKind.raises:
                yield _table(section.value, lambda item: f"raises `{item.annotation}`")
            case griffe.DocstringSectionKind.returns:
                yield f"Returns: {_plain(' '.join(item.description for item in section.value))}\n"
            case griffe.DocstringSectionKind.examples:
                texts = [text for _, text in section.value]
                yield "\n".join(f"```python\n{text}\n```\n" for text in texts)
            case _:
                continue


def _table(items: Sequence[Any], first: Any) -> str:
    lines = [f"| {first(item)} | {_cell(item.description)} |" for item in items]
    return "\n".join(["| | |", "| --- | --- |", *lines]) + "\n"


def _cell(text: str) -> str:
    """Return a text for the cell of a table."""
    return _plain(" ".join(text.split())).replace("|", "\\|")


def _plain(text: str) -> str:
    """Return the text of a docstring as Markdown: double backticks are code."""
    return text.replace("``", "`")


def _members(one: Any) -> Iterator[str]:
    """Yield a table of a class's public methods and properties.

    Kinds of result have what sets them apart; what all share stands with ``Result``.
    """
    lines = []
    heir = any(str(base).endswith("Result") for base in one.bases)
    for name, member in sorted((one.members if heir else one.all_members).items()):
        if name.startswith("_") or not _is_shown(member):
            continue
        target = _target(member)
        arguments = f"({', '.join(_parameters(target.parameters))})" if target.is_function else ""
        call = f"{name}{arguments}"
        summary = target.docstring.value.split("\n\n")[0]
        lines.append(f"| `{_cell(call)}` | {_cell(summary)} |")
    if lines:
        yield "\n".join(["| Member | |", "| --- | --- |", *lines]) + "\n"
    if heir:
        yield "Beside these, all that a [Result](#result) has.\n"


def _is_shown(member: Any) -> bool:
    try:
        target = _target(member)
    except griffe.AliasResolutionError:  # a member of a class from elsewhere
        return False
    ours = str(target.path).startswith("simulation.")
    called = target.is_function or "property" in target.labels
    return bool(ours and called and target.docstring is not None)
