"""Compiled loops over people: arrays and keys in, arrays out; no scenario, no generator, no print.

Conventions: ``n`` persons in ascending id; ``company = -1`` (nobody) reads the last row of tables
that have one row per company, which is why those tables have one row more than there are companies.
Sums run in ascending person id, so that results do not depend on anything but their inputs.
"""
