"""What to decide when nobody knows the assumptions: statistics of a difference over futures.

A *future* is a point of a design over what is uncertain, in the unit cube, shape ``(n_futures,
n_assumptions)``; the *difference* is what an arm gains over the base in it, paired by seed. All
functions take arrays and know of no study.
"""
