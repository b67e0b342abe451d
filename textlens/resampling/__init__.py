"""Resampling whole units: relabelling them, drawing them anew, and leaving one out.

``X``, ``lengths``, ``groups`` and ``blocks`` are as in :mod:`textlens.inference`.
"""

from textlens.resampling.bootstrap import bootstrap_interval
from textlens.resampling.labels import batches, group_sizes, labellings, relabellings, smallest_p
from textlens.resampling.leaving_out import LeaveOneOut, effects_without, leave_one_out
from textlens.resampling.permutation import permutation_p

__all__ = [
    "LeaveOneOut",
    "batches",
    "bootstrap_interval",
    "effects_without",
    "group_sizes",
    "labellings",
    "leave_one_out",
    "permutation_p",
    "relabellings",
    "smallest_p",
]
