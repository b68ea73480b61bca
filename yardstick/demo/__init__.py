"""The demo company's CRM, simulated: deterministic by seed, with real-life dirt and the truth beside it."""

from yardstick.demo.files import Written, WrittenFile, write_demo
from yardstick.demo.simulator import SEED, Demo, simulate

__all__ = ["SEED", "Demo", "Written", "WrittenFile", "simulate", "write_demo"]
