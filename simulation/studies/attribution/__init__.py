"""Who made the value: a game played on a scenario."""
