"""What a result was made with: versions of libraries, the commit, the time."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

LIBRARIES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy", "simpy")


def versions() -> dict[str, str]:
    """Return the versions of everything that results may depend on."""
    import platform

    result = {"python": platform.python_version(), "platform": platform.platform()}
    for name in ("cocreate", *LIBRARIES):
        try:
            result[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return result


def commit() -> str | None:
    """Return the commit of the checkout that cocreate runs from, or None where it is installed."""
    root = Path(__file__).parents[2]
    git = root / ".git"
    if not (git / "HEAD").is_file() or not (root / "pyproject.toml").is_file():
        return None
    head = (git / "HEAD").read_text(encoding="utf-8").strip()
    if not head.startswith("ref: "):
        return head
    name = head.removeprefix("ref: ")
    if (git / name).is_file():
        return (git / name).read_text(encoding="utf-8").strip()
    packed = git / "packed-refs"
    lines = packed.read_text(encoding="utf-8").splitlines() if packed.is_file() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), None)


def now() -> str:
    """Return the present time as written in manifests."""
    return datetime.now(UTC).isoformat(timespec="seconds")
