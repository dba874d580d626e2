"""Load and abuse tests for a Banmian server. See README.md beside this file."""

import argparse
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import abuse
import client
import killed
import load
import soak
import stop
from pages import Mix

COMMANDS = {"load": load, "killed": killed, "abuse": abuse, "soak": soak, "stop": stop}


@dataclass(frozen=True)
class Kit:
    """The generated contract, and pages to call a server with."""

    pb: ModuleType
    rpc: ModuleType
    mix: Mix

    @contextmanager
    def stub(self, server):
        """A stub on a separate connection, which is closed afterwards."""
        with client.channel(server.target) as channel:
            yield self.rpc.TypesetServiceStub(channel)


def arguments():
    parser = argparse.ArgumentParser(prog="load", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--project", type=Path, default=client.PROJECT, help="where proto, seeds and tests are")
    parser.add_argument("--server", help="the program; by default target/release/banmian of the project")
    parser.add_argument("--requests", type=int, default=2000, help="load: requests of a run")
    parser.add_argument("--clients", type=int, default=32, help="load: clients at a time")
    parser.add_argument("--runs", type=int, default=3, help="load: runs of each kind")
    parser.add_argument("--seed", type=int, default=0, help="load: number of the first page")
    parser.add_argument("--settle", type=int, default=30, help="load: seconds before memory is read again")
    parser.add_argument("--victims", type=int, default=500, help="killed: clients that are killed")
    parser.add_argument("--seconds", type=int, default=300, help="soak: how long")
    parser.add_argument("--only", default="", help="load, abuse: only those with this in their name")
    args = parser.parse_args()
    args.server = args.server or str(args.project / "target/release/banmian")
    return args


def main():
    args = arguments()
    pb, rpc = client.stubs(args.project)
    began = time.monotonic()
    faults = COMMANDS[args.command].run(Kit(pb, rpc, Mix(args.project, pb)), args)
    for fault in faults:
        print(f"FAULT {fault}")
    print(f"{args.command}: {len(faults)} faults in {time.monotonic() - began:.0f} s")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
