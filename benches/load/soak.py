"""All kinds of calls at once for some minutes: pages, batches, uploads, bad input, cancels, short deadlines, reloads."""

import collections
import random
import signal
import threading
import time

import grpc

import client
from server import Server

CLIENTS = 6
BATCH = 12
PICTURE = "tests/fixtures/pictures/rgb.jpg"
# The method by which the server counts each kind of call, and the statuses that it may end with.
KINDS = {
    "page": ("RenderPage", {"OK"}),
    "same page": ("RenderPage", {"OK"}),
    "cancelled": ("RenderPage", {"CANCELLED", "OK"}),
    "bad": ("RenderPage", {"INVALID_ARGUMENT"}),
    "hasty": ("RenderPage", {"DEADLINE_EXCEEDED", "OK"}),
    "batch": ("RenderBatch", {"OK"}),
    "upload": ("UploadPicture", {"OK"}),
    "plan": ("PlanPage", {"OK"}),
}
WEIGHTS = {"page": 62, "same page": 10, "cancelled": 5, "bad": 2, "hasty": 10, "batch": 2, "upload": 4, "plan": 5}


class Soak:
    """Calls of a soak and their results."""

    def __init__(self, server, kit, project):
        self.server, self.kit = server, kit
        self.picture = (project / PICTURE).read_bytes()
        self.counts, self.faults = collections.Counter(), []
        self.lock, self.stopped = threading.Lock(), threading.Event()

    def note(self, kind, code):
        with self.lock:
            self.counts[kind, code] += 1
            if code not in KINDS[kind][1] | {"RESOURCE_EXHAUSTED"}:
                self.faults.append(f"{kind}: {code}")

    def client(self, seed):
        choice, number = random.Random(seed), 10_000_000 + seed * 100_000
        with self.kit.stub(self.server) as stub:
            while not self.stopped.is_set():
                kind = choice.choices(list(WEIGHTS), WEIGHTS.values())[0]
                number += 1
                getattr(self, kind.replace(" ", "_"))(kind, stub, number, choice)

    def page(self, kind, stub, number, _, timeout=60):
        outcome = client.render(stub, self.kit.mix.request(number), tries=0, timeout=timeout)
        self.note(kind, outcome.code if outcome.code != "BROKEN" else outcome.detail)

    def same_page(self, kind, stub, number, choice):
        """One of a few pages, often with a short deadline, so that the caller whose request is rendered for all gives up."""
        timeout = choice.choice((0.01, 0.03, 60))
        self.page("hasty" if timeout < 1 else kind, stub, number // 2000, choice, timeout)

    def hasty(self, kind, stub, number, choice):
        self.page(kind, stub, number, choice, timeout=choice.uniform(0.001, 0.05))

    def bad(self, kind, stub, number, _):
        self.note(kind, client.render(stub, self.kit.mix.bad(number), tries=0).code)

    def cancelled(self, kind, stub, number, choice):
        call = stub.RenderPage(self.kit.mix.request(number), timeout=60)
        threading.Timer(choice.uniform(0, 0.2), call.cancel).start()
        try:
            for _ in call:
                pass
            self.note(kind, "OK")
        except grpc.RpcError as error:
            self.note(kind, error.code().name)

    def plan(self, kind, stub, number, _):
        request = self.kit.mix.request(number)
        plan = self.kit.pb.PlanPageRequest(plain_copy=request.plain_copy)
        if request.WhichOneof("source") == "page":
            plan = self.kit.pb.PlanPageRequest(page=request.page)
        self.unary(kind, lambda: stub.PlanPage(plan, timeout=60))

    def upload(self, kind, stub, number, _):
        """A unique picture: bytes after the end of a JPEG change its hash."""
        pb, bytes_ = self.kit.pb, self.picture + str(number % 50).encode()
        messages = [pb.UploadPictureRequest(header=pb.UploadPictureHeader(total_bytes=len(bytes_), keep_seconds=20))]
        messages += [pb.UploadPictureRequest(chunk=bytes_[at : at + 65536]) for at in range(0, len(bytes_), 65536)]
        self.unary(kind, lambda: stub.UploadPicture(iter(messages), timeout=60))

    def unary(self, kind, call):
        try:
            call()
            self.note(kind, "OK")
        except grpc.RpcError as error:
            self.note(kind, error.code().name)

    def batch(self, kind, stub, number, _):
        """A batch of a dozen pages with one duplicate key and one invalid page: each page ends once, and only these two fail."""
        pb, mix = self.kit.pb, self.kit.mix
        pages = [pb.RenderBatchRequest(key=f"k{n}", render=mix.request(number * 50 + n)) for n in range(BATCH)]
        pages.append(pb.RenderBatchRequest(key="k0", render=mix.request(number)))
        pages.append(pb.RenderBatchRequest(key="bad", render=mix.bad(1)))
        open_, ends = {}, collections.Counter()
        try:
            for message in stub.RenderBatch(iter(pages), timeout=120):
                part = message.WhichOneof("part")
                if part == "response":
                    open_.setdefault(message.key, client.Pages()).take(message.response)
                    continue
                ends[message.key, part] += 1
                if part == "done":
                    open_.pop(message.key).end(message.done.artifacts)
            self.note(kind, "OK")
        except (grpc.RpcError, client.Broken) as error:
            self.note(kind, error.code().name if isinstance(error, grpc.RpcError) else str(error))
            return
        wanted = collections.Counter({(f"k{n}", "done"): 1 for n in range(BATCH)})
        wanted.update({("k0", "failure"): 1, ("bad", "failure"): 1})
        if ends != wanted:
            with self.lock:
                self.faults.append(f"batch: {ends - wanted} too many, {wanted - ends} missing")


def slope(samples):
    """Memory growth in MiB per minute, by least squares over the second half."""
    half = samples[len(samples) // 2 :]
    mean_x = sum(x for x, _ in half) / len(half)
    mean_y = sum(y for _, y in half) / len(half)
    spread = sum((x - mean_x) ** 2 for x, _ in half)
    return 60 * sum((x - mean_x) * (y - mean_y) for x, y in half) / spread


def run(kit, args):
    with Server(args.server, {"cache_bytes": 16 << 20}) as server:
        before = server.state()
        soak = Soak(server, kit, args.project)
        threads = [threading.Thread(target=soak.client, args=(seed,)) for seed in range(CLIENTS)]
        for thread in threads:
            thread.start()
        began, samples, reloads = time.monotonic(), [], 0
        while (elapsed := time.monotonic() - began) < args.seconds:
            time.sleep(5)
            server.process.send_signal(signal.SIGHUP)
            reloads += 1
            state = server.state()
            samples.append((elapsed, state.resident_mib))
            if reloads % 6 == 0:
                print(f"{elapsed:.0f} s: {state}, calls {sum(soak.counts.values())}", flush=True)
        soak.stopped.set()
        for thread in threads:
            thread.join()
        time.sleep(22)
        after, rested = server.rest(before)
        figures = server.metrics()
        code, _ = server.stop()
    faults = [f"{what} ×{count}" for what, count in collections.Counter(soak.faults).items()]
    return faults + judge(soak, samples, reloads, (after, rested), figures, code)


def judge(soak, samples, reloads, rest, figures, code):
    """Prints the results of a soak. Returns the faults."""
    faults, (after, rested) = [], rest
    for (kind, status), count in sorted(soak.counts.items()):
        print(f"  {kind}: {status} {count}")
    print(
        f"memory {slope(samples):+.1f} MiB/min over the second half, {samples[len(samples) // 2][1]:.0f} -> {samples[-1][1]:.0f} MiB; at the end {after}"
    )
    if rested is None:
        faults.append(f"not at rest: {after}")
    if figures["banmian_pictures_bytes"] or figures["banmian_panics_total"]:
        faults.append(f"pictures {figures['banmian_pictures_bytes']}, panics {figures['banmian_panics_total']}")
    reloaded = figures.get('banmian_reloads_total{outcome="done"}', 0)
    # Signals that come while another is handled are one.
    print(f"reloads {reloaded:.0f} of {reloads} signals, exit code {code}")
    if not reloaded or figures.get('banmian_reloads_total{outcome="failed"}'):
        faults.append("reloads failed")
    if code != 0:
        faults.append(f"exit code {code}")
    return faults + compare(soak, figures)


def compare(soak, figures):
    """Compares the calls counted by server and clients, for statuses that do not depend on a client's clock."""
    faults = []
    counted = collections.Counter()
    for (kind, status), count in soak.counts.items():
        counted[KINDS[kind][0], status] += count
    for method, status in (
        ("PlanPage", "OK"),
        ("UploadPicture", "OK"),
        ("RenderBatch", "OK"),
        ("RenderPage", "INVALID_ARGUMENT"),
    ):
        told = int(figures.get(f'banmian_calls_total{{method="{method}",code="{status}"}}', 0))
        if told != counted[method, status]:
            faults.append(f"/metrics: {method} {status} {told}, clients {counted[method, status]}")
    for name, value in figures.items():
        if 'code="INTERNAL"' in name or 'code="UNKNOWN"' in name:
            faults.append(f"{name} {value:.0f}")
    return faults
