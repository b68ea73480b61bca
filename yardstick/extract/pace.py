"""How fast a vendor may be asked."""

from collections import deque


class Pace:
    """At most so many calls in any stretch of so many seconds."""

    def __init__(self, calls: int, seconds: float) -> None:
        self._seconds = seconds
        self._moments: deque[float] = deque(maxlen=calls)

    def wait(self, now: float) -> float:
        """Seconds from `now` until the next call may be sent; it is taken to be sent then."""
        is_full = len(self._moments) == self._moments.maxlen
        begin = max(now, self._moments[0] + self._seconds) if is_full else now
        self._moments.append(begin)
        return begin - now
