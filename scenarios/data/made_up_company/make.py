"""Make the log of a company that does not exist: bills of a simulated market's customers.

The market is ``base`` with 400 people, 24 months of warm-up, reach.most .25 and
journey.problem_rate .5; the seed is 2026. Run it in this folder: python make.py
"""

from pathlib import Path

from simulation import load_scenario, run

HERE = Path(__file__).parent
market = load_scenario("base", {"population.people": 400, "run.months": 24, "run.warm_up": 24})
market = market.replace({"reach.most": 0.25, "journey.problem_rate": 0.5})
panel = run(market, seeds=[2026], workers=0, panel=["provider"]).panel
mine = panel[panel["provider"].astype(str) == "focal"]
lines = ["customer;date;amount"]
for row in mine.sort_values(["month", "person"]).itertuples():
    year, month = divmod(int(row.month) - 1, 12)
    day = 1 + int(row.person) % 28
    lines.append(f"K{int(row.person):04d};{day:02d}.{month + 1:02d}.{2024 + year};35,00")
(HERE / "bills.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
