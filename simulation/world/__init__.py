"""The state of a run: people, companies, partners, touchpoints, ties, journey, and the month."""
