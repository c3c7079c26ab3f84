"""Finished results to other places and back, through any file system that fsspec knows.

    push(Path("results/base-1a2b3c4d"), "s3://bucket/base")
    pull("s3://bucket/base", Path("here"))

What travels is checked at both ends by the manifest's checksums; the manifest travels last, so that
what was broken off is seen to be no result. Results within the result go before it, each with its
own manifest last.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from simulation.errors import CocreateError, Fault, InputError, ResultError, needs_package
from simulation.store import damages, read_manifest
from simulation.store.folder import is_inside
from simulation.store.manifest import INNER, MANIFEST, inner_results


def push(folder: Path, url: str, *, force: bool = False) -> list[str]:
    """Copy a finished result to a URL, and return the names of its files.

    Args:
        folder: the result.
        url: where it goes, such as ``s3://bucket/name`` or ``file:///mnt/share/name``.
        force: replace a result that is there.

    Raises:
        InputError: fsspec or what it needs for the URL is missing.
        ResultError: the result is unfinished or damaged, or something is there already.
    """
    if not read_manifest(folder).complete:
        raise ResultError([Fault("is not finished.", file=folder)])
    faults = damages(folder)
    if faults:
        raise ResultError(faults)
    system, root = _system(url)
    with _explained(url):
        there = [name for name in (MANIFEST, INNER) if system.exists(f"{root}/{name}")]
        if there and not force:
            hint = "Choose another URL, or replace it with --force."
            what = "a result" if MANIFEST in there else f"{INNER}/ without a result"
            raise ResultError([Fault(f"is taken: {url} holds {what}.", hint=hint)])
        for name in there:
            system.rm(f"{root}/{name}", recursive=True)
        names = _all_names(folder)
        for name in names:
            system.makedirs(f"{root}/{name}".rpartition("/")[0], exist_ok=True)
            system.put_file(str(folder / name), f"{root}/{name}")
    return names


def pull(url: str, folder: Path) -> Path:
    """Copy a result from a URL into a new folder, check it, and return the folder.

    Raises:
        InputError: fsspec or what it needs for the URL is missing.
        ResultError: there is no result, it is damaged, or the folder exists.
    """
    if folder.exists():
        raise ResultError([Fault("exists already.", file=folder, hint="Name a new folder.")])
    system, root = _system(url)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".cocreate-", dir=folder.parent) as shelter, _explained(url):
        here = Path(shelter) / "result"
        here.mkdir()
        if not system.exists(f"{root}/{MANIFEST}"):
            raise ResultError([Fault(f"holds no result: {url} has no {MANIFEST}.")])
        for within in ("", *_inner_there(system, root)):
            _get(system, root, here, f"{within}{MANIFEST}")
            for name in _names(here / within):
                _get(system, root, here, f"{within}{name}")
        faults = damages(here)
        if faults:
            raise ResultError(faults)
        here.rename(folder)
    return folder


def _all_names(folder: Path) -> list[str]:
    """Return the files of a result and of those within it, each manifest after what it lists."""
    names: list[str] = []
    for one in (*inner_results(folder), folder):
        within = "" if one == folder else f"{one.relative_to(folder).as_posix()}/"
        names += [f"{within}{name}" for name in (*_names(one), MANIFEST)]
    return names


def _inner_there(system: Any, root: str) -> list[str]:
    """Return where the results within one at a URL are, such as ``mechanisms/NAME/``."""
    place = f"/{INNER}/"
    paths = [str(path).rpartition(place)[2] for path in system.find(f"{root}/{INNER}")]
    names = sorted({name.partition("/")[0] for name in paths if "/" in name})
    return [f"{INNER}/{name}/" for name in names if is_inside(name)]


def _get(system: Any, root: str, here: Path, name: str) -> None:
    """Fetch a file, if it is there: what is missing is said by the check of all."""
    (here / name).parent.mkdir(parents=True, exist_ok=True)
    if system.exists(f"{root}/{name}"):
        system.get_file(f"{root}/{name}", str(here / name))


def _names(folder: Path) -> list[str]:
    """Return the files that a manifest lists; one that would leave the folder is refused."""
    names = list(read_manifest(folder).checksums)
    bad = [name for name in names if not is_inside(name)]
    if bad:
        message = "lists files outside its folder: " + ", ".join(bad[:3]) + "."
        raise ResultError([Fault(message, file=folder / MANIFEST)])
    return names


def _system(url: str) -> tuple[Any, str]:
    """Return the file system of a URL, and its path there."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise needs_package("fsspec", "transfer", key="URL") from None
    if "://" not in url:
        hint = "Write it like s3://bucket/name or file:///mnt/share/name."
        raise InputError(
            [Fault(f"must begin with the kind of place. Got {url}.", key="URL", hint=hint)]
        )
    try:
        system, root = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise InputError([Fault(f"cannot be reached: {error}.", key=f"URL {url}")]) from None
    return system, str(root).rstrip("/")


class _explained:  # noqa: N801  (a context manager, used like a function)
    """Turns what a far file system raises into an error that names the URL."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, CocreateError):
            raise CocreateError(f"{self._url}: {type(error).__name__}: {error}") from error
