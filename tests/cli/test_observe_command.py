"""``cocreate observe`` from the command line."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from simulation.cli.app import app


def test_a_log_becomes_series_and_its_faults_leave_nothing(tmp_path):
    rows = [f"c{n},2024-{month:02d}-{day},5" for month in range(1, 5) for day in ("01", "28")
            for n in range(6)]  # fmt: skip
    log, target = tmp_path / "log.csv", tmp_path / "series.csv"
    log.write_text("\n".join(["customer,date,amount", *rows]), encoding="utf-8")
    done = CliRunner().invoke(app, ["observe", str(log), "--out", str(target), "--json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["months"], told["first"], "customers" in told["series"]) == (4, "2024-01", True)
    assert target.read_text(encoding="utf-8").startswith("month,customers,")
    again = CliRunner().invoke(app, ["observe", str(log), "--out", str(target)])
    assert again.exit_code == 2
    log.write_text("customer,date,amount\na,yesterday,5\n", encoding="utf-8")
    wrong = CliRunner().invoke(app, ["observe", str(log), "--out", str(tmp_path / "none.csv")])
    assert wrong.exit_code == 2
    assert "log.csv:2: date is not a date: 'yesterday'" in wrong.stderr
    assert not (tmp_path / "none.csv").exists()


def test_a_series_of_which_nothing_is_known_is_shown_empty(tmp_path):
    rows = [f"c{n},2024-{month:02d}-{day},{5 if month == 2 else ''}" for month in range(1, 5)
            for day in ("01", "28") for n in range(6)]  # fmt: skip
    log = tmp_path / "log of 2024.csv"
    log.write_text("\n".join(["customer,date,amount", *rows]), encoding="utf-8")
    done = CliRunner().invoke(app, ["observe", str(log), "--lapse", "4"])
    assert done.exit_code == 0, done.exception
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["tenure", "–", "–", "–", "0", "of", "4"] in rows
    (revenue,) = (row for row in rows if row[:1] == ["revenue"])
    assert revenue == ["revenue", "–", "60", "–", "1", "of", "4"]
    assert f"--data '{tmp_path / 'log of 2024-observed.csv'}'" in done.stdout


def test_amounts_are_shown_in_the_currency_and_the_file_has_plain_numbers(tmp_path):
    rows = [f"c{n},2024-{month:02d}-{day},5" for month in range(1, 5) for day in ("01", "28")
            for n in range(6)]  # fmt: skip
    log, plain, shown = (tmp_path / name for name in ("log.csv", "plain.csv", "shown.csv"))
    log.write_text("\n".join(["customer,date,amount", *rows]), encoding="utf-8")
    without = CliRunner().invoke(app, ["observe", str(log), "--out", str(plain)])
    words = ["observe", str(log), "--out", str(shown), "--currency", "SEK"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    lines = {line.split()[0]: " ".join(line.split()) for line in done.stdout.splitlines() if line}
    assert lines["revenue"] == "revenue 60 60 60 SEK a month 4 of 4"
    assert "SEK" in lines["revenue_per_customer"]
    assert "SEK" not in lines["customers"]
    assert "SEK" not in without.stdout
    assert shown.read_bytes() == plain.read_bytes()
    told = json.loads(CliRunner().invoke(app, [*words, "--force", "--json"]).stdout)
    assert told["currency"] == "SEK"


def test_a_folder_is_no_log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(app, ["observe", "."])
    assert answer.exit_code == 2
    assert "is a folder" in answer.stderr
