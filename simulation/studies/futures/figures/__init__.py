"""The figures that studies over futures share."""
