"""``python -m cocreate`` is ``cocreate``; the package is called ``simulation``."""

from __future__ import annotations

from simulation.cli import main

if __name__ == "__main__":
    main()
