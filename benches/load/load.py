"""Many clients with many pages: time, throughput, memory. No errors except declared load shedding."""

import collections
import json
import statistics
import threading
import time
import urllib.request

import client
from server import Server


def share(server, kit, numbers, clients):
    """Renders the pages with these numbers from several clients. Returns the outcome of each call."""
    rest, lock, outcomes = iter(numbers), threading.Lock(), []

    def go():
        with kit.stub(server) as stub:
            while True:
                with lock:
                    number = next(rest, None)
                if number is None:
                    return
                outcomes.append(client.render(stub, kit.mix.request(number)))

    threads = [threading.Thread(target=go) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def once(server, kit, numbers, clients):
    """One run: outcomes of the calls, wall time, and processor time of the server."""
    began, cpu = time.monotonic(), server.cpu_seconds()
    outcomes = share(server, kit, numbers, clients)
    return outcomes, time.monotonic() - began, server.cpu_seconds() - cpu


def tell(name, outcomes, took, cpu):
    """Prints a run. Returns the number of errors."""
    seconds = [outcome.seconds for outcome in outcomes if outcome.ok]
    errors = collections.Counter(f"{outcome.code} {outcome.detail}" for outcome in outcomes if not outcome.ok)
    turned = sum(outcome.turned_away for outcome in outcomes)
    times = ", ".join(f"p{int(part * 100)} {1000 * percentile(seconds, part):.0f}" for part in (0.5, 0.9, 0.99))
    print(
        f"{name}: {len(seconds)} pages in {took:.1f} s, {len(seconds) / took:.1f} pages/s, ms {times}, "
        f"server {1000 * cpu / len(outcomes):.1f} ms of processor a page, turned away and come back {turned}, "
        f"errors {dict(errors) or 0}",
        flush=True,
    )
    return sum(errors.values())


def compare(server, outcomes, before):
    """True if server and clients count the same number of successful calls."""
    after = server.metrics()
    name = 'banmian_calls_total{method="RenderPage",code="OK"}'
    counted = int(after.get(name, 0) - before.get(name, 0))
    good = sum(outcome.ok for outcome in outcomes)
    return [] if counted == good else [f"/metrics counts {counted} good calls, clients {good}"]


FORMS = ("application/pdf", "image/png", "multipart/mixed", "application/zip", "application/json")


def over_http(server, kit, count):
    """Pages over HTTP/1 in every form: all are complete and counted as successful."""
    wishes = {"outputs": ["OUTPUT_PRESS_PDF", "OUTPUT_PREVIEW_PNG"], "policy": "POLICY_MARK"}
    for number in range(count):
        body = json.dumps({"page": kit.mix.records[number % 7], "name": f"http-{number}", **wishes}).encode()
        headers = {"content-type": "application/json", "accept": FORMS[number % len(FORMS)]}
        request = urllib.request.Request(f"http://{server.target}/v1/pages:render", body, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
    name = 'banmian_calls_total{method="http RenderPage",code="OK"}'
    counted = int(server.metrics().get(name, 0))
    print(f"HTTP: {count} pages, counted as good {counted}", flush=True)
    return [] if counted == count else [f"/metrics counts {counted} of {count} good pages over HTTP"]


def run(kit, args):
    with Server(args.server) as server:
        faults = over_http(server, kit, 50)
    cases = {
        "mixed": ({}, lambda run: [args.seed + run * args.requests + n for n in range(args.requests)]),
        "no cache": ({"cache_bytes": 0}, lambda run: list(range(args.requests))),
        "identical": ({}, lambda run: [run] * args.requests),
        "crowded": ({"queue": 8}, lambda run: list(range(args.requests // 4))),
    }
    for name, (settings, numbers) in cases.items():
        if args.only not in name:
            continue
        with Server(args.server, settings) as server:
            before, rates = server.state(), []
            for turn in range(args.runs):
                figures = server.metrics()
                outcomes, took, cpu = once(server, kit, numbers(turn), args.clients)
                if tell(f"{name}, run {turn + 1}", outcomes, took, cpu):
                    faults.append(f"{name}: errors")
                faults += compare(server, outcomes, figures)
                rates.append(len(outcomes) / took)
            after, rested = server.rest(before)
            time.sleep(args.settle)
            later = server.state()
            print(
                f"{name}: pages/s median {statistics.median(rates):.1f}, {min(rates):.1f} to {max(rates):.1f}; "
                f"MiB before {before.resident_mib:.0f}, after {after.resident_mib:.0f}, "
                f"after {args.settle} s {later.resident_mib:.0f}, peak {server.peak_mib():.0f}",
                flush=True,
            )
            if rested is None:
                faults.append(f"{name}: not at rest: {after}")
    return faults
