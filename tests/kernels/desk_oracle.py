"""What desks are checked against: the same desk in SimPy, and queueing theory."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np
import simpy

AFTER_ALL_ELSE = 2
"""A priority behind SimPy's own two, so that a server who is free in time is not missed."""


def simpy_desk(
    arrival: np.ndarray, handling: np.ndarray, patience: np.ndarray, servers: int
) -> tuple[np.ndarray, np.ndarray]:
    """Serve contacts with a SimPy resource from which the impatient withdraw.

    Returns:
        Minutes waited and whether they left unserved, each ``(n,)``.
    """
    env = simpy.Environment()
    desk = simpy.Resource(env, capacity=servers)
    wait = np.full(arrival.size, np.nan)
    abandoned = np.zeros(arrival.size, dtype=bool)

    def patience_over(minutes: float) -> simpy.Event:
        over = simpy.Event(env)
        over._ok, over._value = True, None
        env.schedule(over, priority=AFTER_ALL_ELSE, delay=minutes)
        return over

    def contact(i: int) -> Generator[Any, Any, None]:
        yield env.timeout(arrival[i])
        with desk.request() as turn:
            if np.isinf(patience[i]):
                yield turn
            else:
                yield turn | patience_over(patience[i])
            wait[i] = env.now - arrival[i]
            if turn.triggered:
                yield env.timeout(handling[i])
            else:
                abandoned[i] = True

    for i in range(arrival.size):
        env.process(contact(i))
    env.run()
    return wait, abandoned


@dataclass(frozen=True)
class ErlangC:
    """The M/M/c queue: the chance of waiting and the mean wait in handling times."""

    p_wait: float
    mean_wait: float
    servers: int
    load: float

    def within(self, time: float) -> float:
        """Return the share served within ``time`` handling times."""
        return 1.0 - self.p_wait * exp(-(self.servers - self.load) * time)


def erlang_c(servers: int, load: float) -> ErlangC:
    """Return the M/M/c queue by the recursion of Erlang's B formula."""
    blocking = 1.0
    for c in range(1, servers + 1):
        blocking = load * blocking / (c + load * blocking)
    p_wait = blocking / (1.0 - load / servers * (1.0 - blocking))
    return ErlangC(p_wait, p_wait / (servers - load), servers, load)


@dataclass(frozen=True)
class ErlangA:
    """The M/M/c queue with exponential patience."""

    p_abandon: float
    mean_queue: float
    p_wait: float


def erlang_a(rate: float, handling: float, patience: float, servers: int) -> ErlangA:
    """Return the M/M/c+M queue from its birth–death chain, truncated where nothing is left.

    State k has birth rate λ and death rate ``min(k, c) / handling + max(k − c, 0) / patience``.
    """
    k = np.arange(1, 20 * servers + 1000)
    death = np.minimum(k, servers) / handling + np.maximum(k - servers, 0) / patience
    log_weight = np.concatenate([[0.0], np.cumsum(np.log(rate / death))])
    share = np.exp(log_weight - log_weight.max())
    share /= share.sum()
    assert share[-1] < 1e-15
    queue = np.maximum(np.arange(share.size) - servers, 0)
    lost = float((share * queue).sum() / patience)
    return ErlangA(lost / rate, float((share * queue).sum()), float(share[servers:].sum()))
