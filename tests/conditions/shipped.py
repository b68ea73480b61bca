"""The thresholds that Yardstick comes with, by which the tests judge."""

from typing import Any

from yardstick.audit.thresholds import load_thresholds
from yardstick.conditions.thresholds import RealismThresholds

THRESHOLDS = load_thresholds()


def realistic(**changed: Any) -> RealismThresholds:
    """Those of "realistic", some of which are changed."""
    return THRESHOLDS.realistic.model_copy(update=changed)
