"""How long something takes, and how much memory this process and PostgreSQL hold at most meanwhile."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

import psutil

SECONDS_BETWEEN_LOOKS = 0.5


@dataclass
class Reading:
    """Seconds by the wall clock, and peak memory in MiB that is not shared between processes."""

    seconds: float = 0.0
    peak_mib: float = 0.0


class Meter:
    """Measures steps of this process and of the PostgreSQL server whose postmaster has the pid given."""

    def __init__(self, postmaster_pid: int) -> None:
        self._processes = (psutil.Process(), psutil.Process(postmaster_pid))

    @contextmanager
    def measure(self) -> Iterator[Reading]:
        """The reading is complete when the block has ended."""
        reading, is_over = Reading(), Event()
        watcher = Thread(target=self._watch, args=(reading, is_over), daemon=True)
        watcher.start()
        began = time.perf_counter()
        try:
            yield reading
        finally:
            reading.seconds = time.perf_counter() - began
            is_over.set()
            watcher.join()

    def _watch(self, reading: Reading, is_over: Event) -> None:
        while True:
            reading.peak_mib = max(reading.peak_mib, self._mib())
            if is_over.wait(SECONDS_BETWEEN_LOOKS):
                return

    def _mib(self) -> float:
        total = 0
        for root in self._processes:
            for process in (root, *root.children(recursive=True)):
                try:
                    # Of the kernel's counters: to walk all pages would slow what is measured.
                    memory = process.memory_info()
                    total += memory.rss - memory.shared
                except psutil.NoSuchProcess:
                    continue
        return total / 2**20
