"""The package as a library: carry out a study, and look at its results.

    from simulation import compare, load_scenario, run

    base = load_scenario("scenarios/telecom.toml")
    result = run(base, replicates=10)
    result.plot("co_created_value")
    compare(base, {"aligned": base.replace({"companies.focal.strategy.alignment": 0.9})})

Results are kept in a temporary folder that is deleted together with them, unless they are saved.
For long studies use the command line, which resumes where it was interrupted.
"""

from __future__ import annotations

from simulation.studies.library.of_experiments import ask, explore, optimise, sweep
from simulation.studies.library.of_scenarios import attribute, calibrate, compare, run

__all__ = ["ask", "attribute", "calibrate", "compare", "explore", "optimise", "run", "sweep"]
