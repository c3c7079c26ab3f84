"""What customers report of their satisfaction."""

from __future__ import annotations

from typing import Any

from simulation.jit import njit
from simulation.kernels.prefetch import AHEAD, prefetch


@njit(cache=True)
def add_up(
    job_start: Any, segment: Any, provider: Any, job: Any, satisfaction: Any,
    persons: Any, total: Any,
) -> None:
    """Add up customers and their satisfaction with the outcomes of their job.

    ``persons`` and ``total``: ``(n_companies, n_segments, n_outcomes)``.
    """
    for i in range(len(provider)):
        prefetch(satisfaction, min(i + AHEAD, len(provider) - 1))
        c = provider[i]
        if c < 0:
            continue
        for k in range(job_start[job[i]], job_start[job[i] + 1]):
            persons[c, segment[i], k] += 1.0
            total[c, segment[i], k] += satisfaction[i, k]
