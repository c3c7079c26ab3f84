"""A base and its what-ifs under the same seeds, compared pair by pair."""
