"""The templates, and how text of users is made harmless in them."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from simulation.report.glossary import GLOSSARY

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.runtime import Context


@cache
def environment() -> Environment:
    """Return the templates: HTML escapes everything by itself, Markdown by the filter ``md``."""
    from jinja2 import (
        Environment,
        PackageLoader,
        StrictUndefined,
        pass_context,
        select_autoescape,
    )

    made = Environment(
        loader=PackageLoader("simulation.report"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["md"] = markdown
    made.filters["breaks"] = breaks
    made.filters["terms"] = pass_context(_terms_in_report)
    made.globals["glossary"] = GLOSSARY
    made.globals["term_id"] = term_id
    return made


def terms(text: object, names: Sequence[str] = ()) -> str:
    """Return text, escaped, whose terms of the glossary open their explanation on a tap.

    Args:
        text: what is shown.
        names: names of things in the scenario, which are no terms even where they hold one: the
            touchpoint "retention contact".
    """
    from markupsafe import Markup, escape

    met: set[str] = set()

    def marked(match: re.Match[str]) -> str:
        term = _TERM_OF.get(match.group().lower())
        if term is None or term in met:
            return match.group()
        met.add(term)
        target = term_id(term)
        return f'<button class="term" popovertarget="{target}">{match.group()}</button>'

    pattern = _terms_beside(tuple(str(escape(name)) for name in names))
    return Markup(pattern.sub(marked, str(escape(text))))  # noqa: S704  escaped above


def _terms_in_report(context: Context, text: object) -> str:
    report = context.get("report")  # a table that stands alone has none
    return terms(text, () if report is None else report.names)


def term_id(term: str) -> str:
    """Return the id of a term's explanation in a page."""
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term.lower())


_TERM_OF = {form: term for term in GLOSSARY for form in (term.lower(), f"{term.lower()}s")}


@cache
def _terms_beside(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds terms, and before them the names that hold one."""
    holding = {name.lower() for name in names if any(term in name.lower() for term in _TERM_OF)}
    words = sorted({*_TERM_OF, *holding}, key=len, reverse=True)
    return re.compile(r"\b(" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)


def breaks(path: object) -> str:
    """Return a parameter's path, escaped, that may be broken after its dots and underscores."""
    from markupsafe import Markup, escape

    escaped = str(escape(path)).replace(".", ".<wbr>").replace("_", "_<wbr>")
    return Markup(escaped)  # noqa: S704  escaped above


def markdown(text: object) -> str:
    """Return text that Markdown shows as it is: no tags, no tables, no links of its own."""
    escaped = html.escape(str(text), quote=False).replace("\n", " ")
    return re.sub(r"([\\`*_\[\]|#])", r"\\\1", escaped)
