"""The questions of the sources, asked and answered."""
