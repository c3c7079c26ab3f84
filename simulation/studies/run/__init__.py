"""One scenario, several seeds."""
