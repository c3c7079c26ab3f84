"""``docs/howto/months-from-your-logs.md`` defines what is written; its mapping holds."""

from __future__ import annotations

import re
from pathlib import Path

from simulation import observe
from simulation.observation.columns import ColumnRole
from simulation.observation.series import read_mapping

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "months-from-your-logs.md"


def test_every_column_that_is_written_is_defined(tmp_path):
    rows = [f"c{n},2024-{month:02d}-{n + 1:02d},{'web' if n % 2 else 'shop'},{n or ''}"
            for month in range(1, 5) for n in range(9)]  # fmt: skip
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["customer,date,channel,amount", *rows]), encoding="utf-8")
    text = PAGE.read_text("utf-8")
    defined = set(re.findall(r"^\| `(.*?)`", text, re.MULTILINE))
    written = {re.sub(":.*", ":CHANNEL", name) for name in observe(log).series}
    assert written == defined
    assert all(f"\n| {role} |" in text for role in ColumnRole)


def test_the_mapping_of_the_page_holds(tmp_path):
    (block,) = re.findall(r"^```toml\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    file = tmp_path / "map.toml"
    file.write_text(block, encoding="utf-8")
    mapped = read_mapping(file)
    assert mapped.series["contacts:phone"] == "desk_contacts:focal:call_centre"
    assert (mapped.people, mapped.money, mapped.decimal, mapped.first) == (20, 100, ",", 1)
