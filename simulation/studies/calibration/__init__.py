"""Ranges of parameters from a company's own monthly series."""
