"""Asking for memory before it is needed.

A person's ties lie anywhere in memory, and of a person's row of outcomes nobody can foretell
whether it will be read. The processor looks a few hundred instructions ahead, which is a person or
two, and after a wrong guess not even that; a request some persons ahead of use hides what a miss
costs.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

AHEAD = 16
"""Persons by which requests for rows run ahead of their use."""

_READ, _KEEP, _DATA = 0, 3, 1
"""What ``llvm.prefetch`` is told: to be read, kept in all caches, data rather than code."""


@intrinsic
def prefetch(typing: Any, array: Any, row: Any) -> Any:
    """Begin to load the first bytes of a row of an array; changes nothing but time."""
    del typing

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind, row_kind = signature.args
        array = context.make_array(kind)(context, builder, arguments[0])
        index = context.cast(builder, arguments[1], row_kind, types.intp)
        step = cgutils.unpack_tuple(builder, array.strides)[0]
        place = builder.add(builder.ptrtoint(array.data, index.type), builder.mul(index, step))
        pointer = builder.inttoptr(place, ir.IntType(8).as_pointer())
        word = ir.IntType(32)
        shape = ir.FunctionType(ir.VoidType(), [pointer.type, word, word, word])
        request = builder.module.declare_intrinsic("llvm.prefetch", [pointer.type], shape)
        builder.call(request, [pointer, word(_READ), word(_KEEP), word(_DATA)])
        return context.get_dummy_value()

    return types.void(array, row), generate
