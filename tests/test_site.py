"""The documentation builds as a site without a warning, and every link of it leads somewhere."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

import pytest
from builders import ROOT

from simulation.studies.question.findings_data import KeptAnswer, KeptShare, read_kept
from simulation.studies.question.findings_page import findings_page

pytest.importorskip("zensical", reason="needs the dependency group docs")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    program = shutil.which("zensical", path=str(Path(sys.executable).parent))
    assert program is not None
    words = [program, "build", "--strict", "--clean"]
    told = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    assert told.returncode == 0, told.stderr
    return folder / "site"


class Links(HTMLParser):
    """Every href and src of a page, and every place that can be linked to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.links += [value for key in ("href", "src") if (value := told.get(key))]
        self.places |= {value for key in ("id", "name") if (value := told.get(key))}


def test_every_href_and_src_leads_to_a_file_and_a_place_in_it(site: Path) -> None:
    pages = {page: Links(page) for page in site.rglob("*.html") if page.name != "404.html"}
    assert len(pages) > 30
    broken = []
    for page, own in pages.items():
        for link in own.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            target = target / "index.html" if target.is_dir() else target
            known = pages.get(target)
            at = unquote(parts.fragment)
            if not target.is_file() or (at and known and at not in known.places):
                broken.append(f"{page.relative_to(site)}: {link}")
    assert broken == []


def test_every_page_of_the_docs_is_in_the_navigation() -> None:
    listed = (ROOT / "mkdocs.yml").read_text("utf-8")
    pages = [page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")]
    assert [page for page in pages if f" {page}\n" not in listed] == []


def make_gallery() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_gallery", ROOT / "docs/make_gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_gallery"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_gallery_shows_the_findings_as_they_are() -> None:
    made = make_gallery().documents()
    text = (ROOT / "docs" / "findings.md").read_text("utf-8")
    assert len(made) == text.count("\n| [") + 1
    stale = [path.name for path, told in made.items()
             if not path.exists() or path.read_text("utf-8") != told]  # fmt: skip
    assert stale == [], "write it again: uv run python docs/make_gallery.py"


def test_a_picture_has_its_numbers_in_proportion() -> None:
    gallery = make_gallery()
    base = finding("base", KeptShare(0.5, 0.25, 0.75), 0.2)
    bank = finding("retail_bank", KeptShare(0.0, 0.0, 0.1), 1.0)
    one = gallery.Finding((base, bank))
    picture = gallery.picture(one)
    assert bars(picture, gallery.HOLDS) == pytest.approx([0.5, 0.0], abs=0.001)
    assert bars(picture, gallery.SAME) == pytest.approx([0.3, 0.0], abs=0.001)
    assert bars(picture, gallery.FAILS) == pytest.approx([0.2, 1.0], abs=0.001)
    (low, high), *_ = re.findall(r'class="ends" x1="([\d.]+)" x2="([\d.]+)"', picture)
    assert float(high) - float(low) == pytest.approx(inner(gallery) / 2, abs=0.11)
    assert "base: holds in 50 % of futures, fails in 20 %; retail bank: holds in 0 %" in picture


def inner(gallery: ModuleType) -> float:
    return float(gallery.WIDTH - gallery.LEFT - gallery.RIGHT)


def bars(picture: str, colour: str) -> list[float]:
    """Return how wide the bars of a colour are, as shares of the whole width."""
    wide = re.findall(rf'width="([\d.]+)" height="\d+" fill="{colour}"', picture)
    return [float(one) / inner(make_gallery()) for one in wide]


def finding(market: str, holds: KeptShare, fails: float) -> KeptAnswer:
    one = read_kept(ROOT / "docs" / "findings.json")[0]
    return replace(one, market=market, holds=holds, fails=fails, same=1.0 - fails - holds.value)


def test_the_page_of_findings_is_made_from_the_numbers_beside_it() -> None:
    page = (ROOT / "docs" / "findings.md").read_text("utf-8")
    assert page == findings_page(read_kept(ROOT / "docs" / "findings.json"))
