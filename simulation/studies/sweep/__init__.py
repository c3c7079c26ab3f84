"""An experiment: a design over levers and uncertainties."""
