"""Ranges of parameters from observed monthly series, and how far such ranges can be trusted.

A *design* is runs at points of the unit cube of the parameters; all functions take arrays and know
of no study. Everything, the self-test too, comes from one design.
"""
