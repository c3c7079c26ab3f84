"""Carrying out a study of the library, in a folder that goes when its result does."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

from simulation.errors import RunFailedError, check_path
from simulation.execution import Unwatched, executor
from simulation.experiment.posterior import ParameterDraws, read_posterior
from simulation.scenario.suggest import slug
from simulation.studies.result import Result, open_result
from simulation.studies.study import Study, carry_out


def carried_out(study: Study, workers: int | None) -> Result:
    """Carry a study out in a temporary folder that goes when the result does."""
    shelter = Path(tempfile.mkdtemp(prefix="cocreate-"))
    try:
        folder = shelter / (slug(study.name) or study.command)
        carry_out(study, folder, executor(workers, study.model), Unwatched())
        result = open_result(folder)
        if not result.manifest.runs.done:
            first = result.failures["error"].iloc[0]
            raise RunFailedError(f"No run finished. The first error: {first}")
    except BaseException:
        shutil.rmtree(shelter, ignore_errors=True)
        raise
    weakref.finalize(result, shutil.rmtree, shelter, ignore_errors=True)
    return result


def draws_of(posterior: str | Path | None) -> ParameterDraws | None:
    """Return the draws of a posterior, where one is given.

    Raises:
        InputError: it is none.
    """
    return None if posterior is None else read_posterior(check_path(posterior, "posterior"))
