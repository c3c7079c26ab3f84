"""How much is run in a cell in which a claim might be reversed."""

CELL_FUTURES, CELL_SEEDS = 16, 2
"""Futures and seeds of a cell that is run again."""
CELL_ENOUGH = 8
"""Plausible futures of a cell from which no further ones are looked for."""
CELL_BATCH, CELL_MOST = 32, 128
"""Futures of a cell that are tried at a time, and in all."""
