"""Trains nano, the SAM 2 model of a few megabytes that sam2js ships: data, training, evaluation and export."""

from .torchvision_cpu import declare_operators

declare_operators()
