"""Linear algebra on small matrices by one thread.

Libraries share the product of two matrices among all cores. For matrices of some hundred rows that
costs more than it brings, and on a busy machine fifty times as much: threads wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps

from threadpoolctl import ThreadpoolController


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def by_one_thread[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Return a function whose linear algebra keeps to one thread."""

    @wraps(function)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with _controller().limit(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return alone
