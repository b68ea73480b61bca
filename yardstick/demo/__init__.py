"""The demo company's CRMs, simulated: deterministic by seed, with real-life dirt and the truth beside it."""

from yardstick.demo.files import Written, WrittenFile, write_demo
from yardstick.demo.ledger import Ledger
from yardstick.demo.made_company import furnish
from yardstick.demo.simulator import SEED, Demo, simulate
from yardstick.demo.volumes import AS_OF

__all__ = ["AS_OF", "SEED", "Demo", "Ledger", "Written", "WrittenFile", "furnish", "simulate", "write_demo"]
