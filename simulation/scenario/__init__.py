"""Everything that is assumed: the schema of a scenario, and the way from TOML to a Scenario."""
