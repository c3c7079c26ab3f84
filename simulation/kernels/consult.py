"""What customers report of their satisfaction."""

from __future__ import annotations

from typing import Any

from simulation.jit import njit, subroutine
from simulation.kernels.prefetch import AHEAD, prefetch
from simulation.kernels.room import zeros

FEW = 20.0
"""Persons whose report weighs as much as what is known besides."""


@subroutine
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


@njit(cache=True)
def report(
    alone: Any, hype: Any, promise: Any, job_start: Any, segment: Any, provider: Any, job: Any,
    satisfaction: Any, reported: Any, promised: Any,
) -> None:
    """Fill ``reported`` and ``promised (n_companies + 1, n_segments, n_outcomes)``.

    All customers of a segment report S̄_sk = (Σ S_ik + 20 · self_service) / (n_sk + 20), a
    company's S̄_csk = (Σ S_ik + 20 S̄_sk) / (n_csk + 20), over customers whose job has the outcome:
    a few persons say little. Promised is S̄_csk (1 + hype_c M_csk), nobody's stays as it is.
    """
    everybody = len(reported) - 1
    persons = zeros((everybody, *reported.shape[1:]))
    total = zeros(persons.shape)
    add_up(job_start, segment, provider, job, satisfaction, persons, total)
    for s in range(reported.shape[1]):
        for k in range(reported.shape[2]):
            count = satisfied = 0.0
            for c in range(everybody):
                count += persons[c, s, k]
                satisfied += total[c, s, k]
            mean = (satisfied + FEW * alone) / (count + FEW)
            reported[everybody, s, k] = mean
            for c in range(everybody):
                said = (total[c, s, k] + FEW * mean) / (persons[c, s, k] + FEW)
                reported[c, s, k] = said
                promised[c, s, k] = said * (1.0 + hype[c] * promise[c, s, k])
