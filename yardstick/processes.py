"""Processes: whether one lives, and the name by which its database sessions are known as its own."""

import os
import re
import socket
import sys
import time
from pathlib import Path

import psutil

SESSION_PREFIX = "yardstick"


def is_alive(pid: int) -> bool:
    """Whether a process still runs; a dead one that nobody has collected yet does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def has_ended(pid: int, seconds: float) -> bool:
    """Wait for a process, a child of ours or not, to end; False when it still runs after `seconds`."""
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def session_name() -> str:
    """The application_name of this process's sessions: `yardstick:host:pid:start`, at most 63 bytes."""
    pid = os.getpid()
    return f"{SESSION_PREFIX}:{_host()}:{pid}:{_started(pid)}"


def pid_of(name: str) -> int:
    """The process id in a session's name."""
    return int(name.split(":")[2])


def is_of_dead_process(name: str) -> bool:
    """Whether a session's name is that of a process of this machine that has ended."""
    match name.split(":"):
        case [prefix, host, pid, started] if prefix == SESSION_PREFIX and host == _host() and pid.isdecimal():
            return not is_alive(int(pid)) or _started(int(pid)) != started
    return False


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "", socket.gethostname().partition(".")[0])[:24]


def _started(pid: int) -> str:
    """When a process started, in a unit that setting the clock does not change where there is one."""
    try:
        if sys.platform == "linux":
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
        return str(int(psutil.Process(pid).create_time()))
    except (OSError, psutil.NoSuchProcess):
        return "ended"
