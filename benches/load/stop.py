"""Stopping a server: SIGTERM under load, then kill -9 and a restart."""

import threading
import time

import grpc

import client
from server import Server
from wire import BATCH, Wire

CLIENTS = 16


class Caller(threading.Thread):
    """Calls until the server is gone. Distinguishes calls that had begun from those that could not begin."""

    def __init__(self, server, kit, first):
        super().__init__()
        self.server, self.kit, self.first = server, kit, first
        self.good, self.refused, self.failed = 0, "", []

    def run(self):
        with self.kit.stub(self.server) as stub:
            number = self.first
            while self.one(stub, self.kit.mix.request(number)):
                number += 1

    def one(self, stub, request):
        """Makes one call. Returns False when the server is gone."""
        pages = client.Pages()
        try:
            for message in stub.RenderPage(request, timeout=60):
                pages.take(message)
            pages.end(len(request.outputs))
            self.good += 1
        except client.Broken as broken:
            self.failed.append(str(broken))
        except grpc.RpcError as error:
            name = error.code().name
            if name == "UNAVAILABLE" and pages.parts == 0:
                # Never begun: it may go to another server.
                self.refused = error.details()
                return False
            if name != "RESOURCE_EXHAUSTED":
                self.failed.append(f"{name} after {pages.parts} messages: {error.details()}")
                return False
            time.sleep(0.5)
        return True


def terminate(kit, args, notice):
    """SIGTERM while sixteen clients call."""
    faults = []
    with Server(args.server, {"notice_seconds": notice}) as server:
        callers = [Caller(server, kit, 6_000_000 + n * 10_000) for n in range(CLIENTS)]
        for caller in callers:
            caller.start()
        time.sleep(4)
        code, took = server.stop()
        for caller in callers:
            caller.join()
        good = sum(caller.good for caller in callers)
        failed = [failure for caller in callers for failure in caller.failed]
        refused = sorted({caller.refused for caller in callers if caller.refused})
        print(
            f"SIGTERM, notice {notice} s: exit {code} after {took:.1f} s; good {good}, failed {failed or 0}, then refused: {refused}",
            flush=True,
        )
        if code != 0:
            faults.append(f"exit code {code} after SIGTERM under load")
        if failed:
            faults.append(f"accepted calls failed at SIGTERM: {failed[:3]}")
        broken = [what for what in refused if "refused" not in what.lower()]
        if broken:
            faults.append(f"calls were lost at SIGTERM: {broken}")
    return faults


def held_open(kit, args):
    """SIGTERM while a client holds a stream open that only the client ends."""
    faults = []
    for name, path, body in (("Health/Watch", "/grpc.health.v1.Health/Watch", b""), ("idle RenderBatch", BATCH, None)):
        with Server(args.server, {"grace_seconds": 5}) as server:
            wire = Wire(server)
            if body is None:
                wire.begin(path)
            else:
                wire.call(path, body)
            wire.idle(0.5)
            code, took = server.stop()
            print(f"SIGTERM with {name} open: exit {code} after {took:.1f} s of grace 5 s", flush=True)
            if code != 0:
                faults.append(f"{name} held open: exit code {code} after {took:.1f} s")
    return faults


def killed(kit, args):
    """kill -9 under load, then a new server on the port: clients that retry lose nothing."""
    server = Server(args.server)
    port, results, stopped = server.port, [], threading.Event()

    def call(first):
        number, tries = first, 0
        with kit.stub(server) as stub:
            while not stopped.is_set():
                outcome = client.render(stub, kit.mix.request(number))
                if outcome.code == "UNAVAILABLE" and tries < 100:
                    tries += 1
                    time.sleep(0.2)
                    continue
                results.append((outcome, tries))
                number, tries = number + 1, 0

    threads = [threading.Thread(target=call, args=(7_000_000 + n * 10_000,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        time.sleep(2)
        server.process.kill()
        server.process.wait()
        server = Server(args.server, port=port)
    time.sleep(3)
    stopped.set()
    for thread in threads:
        thread.join()
    bad = [outcome for outcome, _ in results if not outcome.ok]
    with server:
        print(
            f"kill -9 three times: {len(results)} pages, {sum(tries > 0 for _, tries in results)} of them tried again, bad {len(bad)}",
            flush=True,
        )
    return [f"pages lost at kill -9: {bad[:3]}"] if bad else []


def run(kit, args):
    faults = [fault for notice in (0, 2) for turn in range(2) for fault in terminate(kit, args, notice)]
    return faults + held_open(kit, args) + killed(kit, args)
