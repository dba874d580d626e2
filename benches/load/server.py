"""A server under test: starts it, observes it from outside, stops it."""

import os
import re
import signal
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

LOAD = ("calls_in_flight", "jobs_running", "queue_depth", "connections")


@dataclass(frozen=True)
class State:
    """State of a server at one moment: its own metrics and those of the system."""

    calls_in_flight: int
    jobs_running: int
    queue_depth: int
    connections: int
    resident_mib: float
    descriptors: int
    threads: int

    def __str__(self):
        return (
            f"in flight {self.calls_in_flight}, running {self.jobs_running}, queued {self.queue_depth}, "
            f"connections {self.connections}, {self.resident_mib:.0f} MiB, "
            f"{self.descriptors} descriptors, {self.threads} threads"
        )

    def rests_as(self, other):
        """True if nothing is left of what happened after `other`. Memory is judged separately."""
        mine = (self.calls_in_flight, self.jobs_running, self.queue_depth, self.connections, self.descriptors)
        theirs = (other.calls_in_flight, other.jobs_running, other.queue_depth, other.connections, other.descriptors)
        return all(a <= b for a, b in zip(mine, theirs))


class Server:
    """A running server. As a context manager it kills the process at the end."""

    def __init__(self, binary, settings=None, descriptors=None, port=0):
        env = dict(os.environ)
        for name, value in (settings or {}).items():
            env[f"BANMIAN_{name.upper()}"] = str(value)

        command = [binary, "serve", "--listen", f"127.0.0.1:{port}", "--log", "off"]
        if descriptors:
            command = ["sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh", *command]
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"http://([\d.]+):(\d+)", line)
        if not found:
            raise SystemExit(f"the server did not start: {line}{self.process.stdout.read()}")
        self.host, self.port = found[1], int(found[2])

    @property
    def target(self):
        return f"{self.host}:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def metrics(self, timeout=10):
        """All metrics of the server by name and labels."""
        with urllib.request.urlopen(f"http://{self.target}/metrics", timeout=timeout) as answer:
            text = answer.read().decode()
        lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in lines}

    def proc(self, name):
        return Path(f"/proc/{self.process.pid}/{name}")

    def resident_mib(self):
        return int(re.search(r"VmRSS:\s+(\d+)", self.proc("status").read_text())[1]) / 1024

    def peak_mib(self):
        return int(re.search(r"VmHWM:\s+(\d+)", self.proc("status").read_text())[1]) / 1024

    def cpu_seconds(self):
        fields = self.proc("stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def state(self):
        """Current state. It counts the call that requests it, and its connection."""
        figures = self.metrics()
        return State(
            *(int(figures[f"banmian_{name}"]) for name in LOAD),
            self.resident_mib(),
            len(list(self.proc("fd").iterdir())),
            len(list(self.proc("task").iterdir())),
        )

    def rest(self, before, seconds=30):
        """Waits until the server is idle as before. Returns the last state, and the seconds it took or None."""
        began = time.monotonic()
        while True:
            now = self.state()
            took = time.monotonic() - began
            if now.rests_as(before):
                return now, took
            if took > seconds:
                return now, None
            time.sleep(0.25)

    def stop(self, grace=60):
        """Sends SIGTERM. Returns the exit code and the seconds it took; the code is None if the process did not end."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(grace)
        except subprocess.TimeoutExpired:
            code = None
        return code, time.monotonic() - began
