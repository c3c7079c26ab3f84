"""The one door to scikit-learn and Optuna, which come with an extra of the package."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from simulation.errors import needs_package


def extra(module: str) -> Any:
    """Return a module that comes with ``cocreate[decide]``.

    Args:
        module: its name, such as ``sklearn.tree``.

    Raises:
        InputError: it is not installed, with what to install.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError:
        root = module.partition(".")[0]
        raise needs_package({"sklearn": "scikit-learn"}.get(root, root), "decide") from None
