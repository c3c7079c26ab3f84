"""Figures and reports, made from the stored tables of a result and nothing else."""
