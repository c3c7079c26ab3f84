"""What studies over futures share, whether they explore, ask or optimise: futures, seeds, words."""
