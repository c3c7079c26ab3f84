"""The templates, and how text of users is made harmless in them."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment() -> Environment:
    """Return the templates: HTML escapes everything by itself, Markdown by the filter ``md``."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=PackageLoader("simulation.report"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["md"] = markdown
    made.filters["breaks"] = breaks
    return made


def breaks(path: object) -> str:
    """Return a parameter's path, escaped, that may be broken after its dots and underscores."""
    from markupsafe import Markup, escape

    escaped = str(escape(path)).replace(".", ".<wbr>").replace("_", "_<wbr>")
    return Markup(escaped)  # noqa: S704  escaped above


def markdown(text: object) -> str:
    """Return text that Markdown shows as it is: no tags, no tables, no links of its own."""
    escaped = html.escape(str(text), quote=False).replace("\n", " ")
    return re.sub(r"([\\`*_\[\]|#])", r"\\\1", escaped)
