"""Write the outputs of all studies anew: ``uv run python tests/golden/freeze.py [STUDY…]``.

Only to be run where outputs are meant to change; what changed stands in the commit.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from golden_outputs import OUTPUTS, STUDIES, Study, make


def freeze(study: Study) -> None:
    """Replace what is kept of a study."""
    with TemporaryDirectory() as folder:
        outputs = make(study, Path(folder))
    shutil.rmtree(OUTPUTS / study.name, ignore_errors=True)
    for name, text in outputs.items():
        path = OUTPUTS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:] or STUDIES:
        freeze(STUDIES[name])
