"""What the journal holds: one self-contained, checksummed record a run.

A record is a prefix (magic, identity key, whether the run finished, sizes, BLAKE2b digest of all
the rest), a head (JSON, deflated) and a body (float64 arrays, little-endian, C order). Workers
make the bytes; the supervisor only appends them.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Buffer, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from simulation.scenario.words import Better

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAGIC = b"ccr1"
_FIXED = struct.Struct("<4s12sBIQ")
KEY_SIZE = 12
DIGEST_SIZE = 16
PREFIX_SIZE = _FIXED.size + DIGEST_SIZE


@dataclass(frozen=True)
class Measure:
    """Unit and meaning of a number, and which end of it is wanted."""

    unit: str
    meaning: str
    better: str = Better.HIGH.value


@dataclass(frozen=True)
class Identity:
    """What a run is: two runs with the same identity have the same results."""

    fingerprint: str
    seed: int
    model: str

    @property
    def key(self) -> str:
        """The identity as a short text."""
        text = f"{self.fingerprint}\x1f{self.seed}\x1f{self.model}"
        return hashlib.blake2b(text.encode(), digest_size=KEY_SIZE).hexdigest()


@dataclass(frozen=True)
class MonthlyTable:
    """Labelled monthly numbers: a label a column, ``values`` of shape ``(n_months, n_labels)``."""

    labels: tuple[tuple[str, ...], ...]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class RunRecord:
    """A finished run. Series and ledger may be left out where only outcomes are kept."""

    identity: Identity
    outcomes: Mapping[str, float]
    measures: Mapping[str, Measure] = field(default_factory=dict)
    series: MonthlyTable | None = None
    ledger: MonthlyTable | None = None
    effort: Mapping[str, Any] = field(default_factory=dict)
    """Seconds, host, attempt: for people who look into the journal, never for the data tables."""


@dataclass(frozen=True)
class FailureRecord:
    """A run that raised, or whose worker ended or was stopped."""

    identity: Identity
    error: str
    traceback: str = ""
    effort: Mapping[str, Any] = field(default_factory=dict)


Record = RunRecord | FailureRecord


@dataclass(frozen=True)
class Prefix:
    """The fixed beginning of a record."""

    key: str
    done: bool
    head_size: int
    body_size: int

    @property
    def size(self) -> int:
        """The bytes of the whole record."""
        return PREFIX_SIZE + self.head_size + self.body_size

    @classmethod
    def read(cls, data: Buffer, offset: int = 0) -> Prefix | None:
        """Return the prefix at an offset, or None where no record begins."""
        if len(memoryview(data)) < offset + PREFIX_SIZE:
            return None
        magic, key, done, head_size, body_size = _FIXED.unpack_from(data, offset)
        return cls(key.hex(), done == 1, head_size, body_size) if magic == MAGIC else None

    def fits(self, record: memoryview) -> bool:
        """Whether a record is whole and undamaged."""
        if len(record) != self.size:
            return False
        stored = record[_FIXED.size : PREFIX_SIZE]
        return _digest(record[: _FIXED.size], record[PREFIX_SIZE:]) == stored


def encode(record: Record) -> bytes:
    """Return the bytes of a record, checksum included."""
    if isinstance(record, FailureRecord):
        return _frame(record.identity, {"failure": asdict(record)}, b"")
    head: dict[str, Any] = {
        "identity": asdict(record.identity),
        "outcomes": list(record.outcomes),
        "measures": {name: asdict(measure) for name, measure in record.measures.items()},
        "effort": dict(record.effort),
    }
    parts = [_bytes(list(record.outcomes.values()))]
    for name, table in (("series", record.series), ("ledger", record.ledger)):
        if table is not None:
            head[name] = {"labels": table.labels, "months": len(table.values)}
            parts.append(_bytes(table.values))
    return _frame(record.identity, {"run": head}, b"".join(parts))


def decode(record: bytes) -> Record:
    """Return the record of some bytes that ``encode`` made.

    Raises:
        ValueError: the bytes are not a whole, undamaged record.
    """
    view = memoryview(record)
    prefix = Prefix.read(view)
    if prefix is None or not prefix.fits(view):
        raise ValueError("The record is damaged.")
    body_start = PREFIX_SIZE + prefix.head_size
    head = json.loads(zlib.decompress(view[PREFIX_SIZE:body_start]))
    if "failure" in head:
        failure = head["failure"]
        return FailureRecord(**{**failure, "identity": Identity(**failure["identity"])})
    return _decode_run(head["run"], view[body_start:])


def _decode_run(head: dict[str, Any], body: memoryview) -> RunRecord:
    numbers = _array(body)
    names = head["outcomes"]
    start = len(names)
    tables: dict[str, MonthlyTable] = {}
    for name in ("series", "ledger"):
        if name in head:
            labels = tuple(tuple(label) for label in head[name]["labels"])
            shape = (head[name]["months"], len(labels))
            stop = start + shape[0] * shape[1]
            tables[name] = MonthlyTable(labels, numbers[start:stop].reshape(shape))
            start = stop
    return RunRecord(
        identity=Identity(**head["identity"]),
        outcomes=dict(zip(names, numbers[: len(names)].tolist(), strict=True)),
        measures={name: Measure(**measure) for name, measure in head["measures"].items()},
        series=tables.get("series"),
        ledger=tables.get("ledger"),
        effort=head["effort"],
    )


def _frame(identity: Identity, head: dict[str, Any], body: bytes) -> bytes:
    packed = zlib.compress(json.dumps(head, separators=(",", ":")).encode(), 1)
    key = bytes.fromhex(identity.key)
    fixed = _FIXED.pack(MAGIC, key, "run" in head, len(packed), len(body))
    return b"".join((fixed, _digest(fixed, packed, body), packed, body))


def _digest(*parts: Buffer) -> bytes:
    digest = hashlib.blake2b(digest_size=DIGEST_SIZE)
    for part in parts:
        digest.update(part)
    return digest.digest()


def _bytes(values: Any) -> bytes:
    import numpy as np

    return np.ascontiguousarray(values, dtype="<f8").tobytes()


def _array(body: memoryview) -> NDArray[np.float64]:
    import numpy as np

    return np.frombuffer(body, dtype="<f8")
