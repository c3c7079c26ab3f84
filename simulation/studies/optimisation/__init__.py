"""Search what can be decided for the best, and test what was found on fresh seeds and futures."""
