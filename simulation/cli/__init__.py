"""The command ``cocreate``."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from simulation.cli.app import app

    app()
