"""A client that calls until it is killed: `victim.py PROJECT TARGET SEED`."""

import sys
from pathlib import Path

import client
from pages import Mix


def main():
    project, target, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    pb, rpc = client.stubs(project)
    mix = Mix(project, pb)
    stub = rpc.TypesetServiceStub(client.channel(target))
    print("ready", flush=True)
    while True:
        client.render(stub, mix.request(seed))
        seed += 1


if __name__ == "__main__":
    main()
