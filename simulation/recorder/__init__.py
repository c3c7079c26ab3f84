"""What is written down every month: metrics of the world, and flows between roles."""

from simulation.recorder.metric import Metric
from simulation.recorder.metrics import METRICS
from simulation.recorder.recorder import Recorder

__all__ = ["METRICS", "Metric", "Recorder"]
