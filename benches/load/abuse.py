"""Misbehaving peers, one kind after another, beside a normal client that must be served all the time."""

import collections
import random
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor

from google.protobuf.json_format import MessageToJson

import late
from normal import Normal
from server import Server
from wire import (
    ACK,
    BATCH,
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    HEADERS,
    PING,
    PREFACE,
    PRIORITY,
    RENDER,
    RST_STREAM,
    WINDOW_UPDATE,
    Wire,
    frame,
    message,
    settings,
)

SHORT = {"deadline_seconds": 8, "stall_seconds": 5, "first_byte_seconds": 2}
# Growth that an attack may cause.
MEMORY_MIB = 512
HTTP_RENDER = b"POST /v1/pages:render HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"


class Fault(Exception):
    """The server did not behave as declared."""


def expect(holds, what):
    if not holds:
        raise Fault(what)


def on_many(count, work):
    with ThreadPoolExecutor(min(count, 16)) as pool:
        return list(pool.map(work, range(count)))


def flood(server, piece, times):
    """Sends a piece repeatedly without reading. Returns the number of times until the server closed."""
    wire = Wire(server, timeout=5)
    block = piece * 100
    for sent in range(0, times, 100):
        try:
            wire.send(block)
        except TimeoutError:
            wire.reset()
            return f"{sent} sent, then the server took no more"
        except ConnectionError:
            return f"{sent} sent, then cut off"
    ended = wire.answer(0, 1)[2]
    wire.reset()
    return f"all {times} sent, {ended}"


def rapid_reset(server, kit):
    body = message(kit.mix.request(7).SerializeToString())

    def one(number):
        wire = Wire(server)
        for sent in range(5000):
            try:
                stream = wire.begin(RENDER)
                data = frame(DATA, END_STREAM, stream, body[:16000]) if number % 2 else b""
                wire.send(data + frame(RST_STREAM, 0, stream, struct.pack(">I", 8)))
            except ConnectionError:
                return f"cut off at {sent}"
        ended = wire.answer(0, 2)[2]
        wire.reset()
        return ended

    # Those that the server takes as fast as they come are cancelled one by one instead.
    return f"{on_many(8, one)}"


def rapid_cancel(server, kit):
    """Complete calls that are cancelled at once, slower than a flood: work that began has to stop."""
    wire = Wire(server)
    for number in range(400):
        try:
            stream = wire.call(RENDER, kit.mix.request(500_000 + number).SerializeToString())
            wire.idle(0.005)
            wire.send(frame(RST_STREAM, 0, stream, struct.pack(">I", 8)))
        except ConnectionError:
            return f"cut off after {number}"
    wire.close()
    return "400 cancelled"


def continuation_flood(server, _):
    wire = Wire(server)
    stream = wire.begin(RENDER, flags=0)
    piece = wire.encoder.encode([("x-flood", "y" * 200)])
    for sent in range(20_000):
        try:
            wire.send(frame(CONTINUATION, 0, stream, piece))
        except ConnectionError:
            return f"cut off after {sent}"
    # A server that has closed still reads bytes in flight for a moment.
    ended = wire.answer(0, 5)[2]
    expect(ended != "waits", "20 000 frames were taken")
    return f"20 000 frames sent, {ended}"


def many_headers(server, _):
    wire = Wire(server)
    piece = b"".join(b"\x00\x04x-no\x01y" for _ in range(100_000))
    stream = wire.next_stream
    first = frame(HEADERS, END_STREAM, stream, wire.headers(RENDER))
    rest = [piece[at : at + 16384] for at in range(0, len(piece), 16384)]
    try:
        wire.send(
            first
            + b"".join(
                frame(CONTINUATION, END_HEADERS if n == len(rest) - 1 else 0, stream, p) for n, p in enumerate(rest)
            )
        )
        fields, _, ended = wire.answer(stream, 10)
    except ConnectionError:
        fields, ended = {}, "cut off"
    expect(
        ended in ("cut off", "closed") or ended.startswith(("GOAWAY", "RST")) or fields.get(":status") == "431",
        f"{fields} {ended}",
    )
    return f"{ended} {fields.get(':status', '')}"


def header_bomb(server, _):
    """A header of 4 000 bytes in the table of the peer, named 16 000 times in one frame (HPACK)."""
    wire = Wire(server)
    stream = wire.next_stream
    big = b"\x40\x01x\x7f\xa1\x1e" + b"y" * 4000
    block = wire.headers(RENDER) + big + b"\xbe" * 12_000
    try:
        wire.send(frame(HEADERS, END_HEADERS | END_STREAM, stream, block))
        fields, _, ended = wire.answer(stream, 10)
    except ConnectionError:
        fields, ended = {}, "cut off"
    expect(ended != "waits" and fields.get("grpc-status") != "0", f"{fields} {ended}")
    return f"{ended} {fields.get(':status', '')}"


def floods(server, _):
    """Frames that cost the sender nothing, a hundred thousand of each kind."""
    kinds = {
        "SETTINGS": settings({4: 65535}),
        "PING": frame(PING, 0, 0, bytes(8)),
        "PING answers": frame(PING, ACK, 0, bytes(8)),
        "WINDOW_UPDATE": frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1)),
        "PRIORITY": frame(PRIORITY, 0, 1, struct.pack(">IB", 0, 1)),
    }
    return "; ".join(f"{name} {flood(server, piece, 100_000)}" for name, piece in kinds.items())


def empty_data(server, _):
    wire = Wire(server)
    stream = wire.begin(BATCH)
    for sent in range(0, 100_000, 100):
        try:
            wire.send(frame(DATA, 0, stream) * 100)
        except ConnectionError:
            return f"cut off after {sent}"
    return f"100 000 taken, {wire.answer(stream, 1)[2]}"


def never_reads(server, kit):
    """Calls with a window of 0 whose sender only answers PING: they end at their deadline."""
    body = kit.mix.large("never", 300).SerializeToString()
    client_ = Wire(server)
    expect(client_.answer(client_.call(RENDER, body), 20)[2] != "closed", "no page")
    before, wires = server.state(), [Wire(server, windows=0) for _ in range(8)]
    for wire in wires:
        for _ in range(60):
            wire.call(RENDER, body)
            wire.idle(0.001)
    held = server.state()
    until = time.monotonic() + SHORT["deadline_seconds"] + 12
    while time.monotonic() < until:
        for wire in wires:
            wire.idle(0.2)
    after = server.state()
    for wire in wires:
        wire.reset()
    left = after.calls_in_flight - before.calls_in_flight
    note = f"480 calls hold {held.resident_mib - before.resident_mib:.0f} MiB; past their deadline {left} are in flight"
    expect(left <= 4, note)
    return note


def never_reads_socket(server, kit):
    """Calls whose sender does not read the socket: they end at their deadline."""
    body = kit.mix.large("never", 300).SerializeToString()
    before, wires = server.state(), []
    for _ in range(40):
        wires.append(Wire(server, receive_buffer=4096))
        wires[-1].call(RENDER, body)
    time.sleep(SHORT["deadline_seconds"] + SHORT["stall_seconds"] + 4)
    after = server.state()
    for wire in wires:
        wire.reset()
    left = after.calls_in_flight - before.calls_in_flight
    expect(left <= 4, f"{left} of 40 calls are in flight after deadline and stall")
    return f"40 calls, {left} left after deadline and stall"


def announced(server, kit):
    """Pictures that are announced and never sent reserve no space that real uploads need."""
    pb, upload = kit.pb, "/banmian.v1.TypesetService/UploadPicture"
    header = pb.UploadPictureRequest(header=pb.UploadPictureHeader(total_bytes=64 << 20))
    wire = Wire(server)
    for _ in range(16):
        wire.data(wire.begin(upload), message(header.SerializeToString()))
    wire.idle(0.3)
    other = Wire(server)
    stream = other.begin(upload)
    other.data(
        stream, message(pb.UploadPictureRequest(header=pb.UploadPictureHeader(total_bytes=1000)).SerializeToString())
    )
    other.data(stream, message(pb.UploadPictureRequest(chunk=bytes(1000)).SerializeToString()), end=True)
    status = other.answer(stream, 5)[0].get("grpc-status")
    note = f"beside 16 announced pictures of 64 MiB an upload of 1 000 bytes that is no picture ends as {status}"
    expect(status == "3", note)
    return note


def same_unfit(server, kit):
    """An overset page requested by 60 callers at a time: the queue of 4 limits the waiting calls, or all share one answer."""
    request = kit.mix.request(3)
    request.policy = kit.pb.POLICY_STRICT
    request.name = "unfit"
    for number in range(6):
        request.page.articles.add().CopyFrom(request.page.articles[0])
        request.page.articles[-1].id = f"more-{number}"
    body, figures, began = request.SerializeToString(), server.metrics(), time.monotonic()

    def one(_):
        wire = Wire(server)
        status = wire.answer(wire.call(RENDER, body), 60)[0].get("grpc-status")
        wire.close()
        return status

    with ThreadPoolExecutor(60) as pool:
        codes = collections.Counter(pool.map(one, range(60)))
    name = 'banmian_pages_total{outcome="unfit"}'
    made = int(server.metrics().get(name, 0) - figures.get(name, 0))
    note = f"statuses {dict(codes)} in {time.monotonic() - began:.1f} s, made {made} times"
    expect(set(codes) <= {"8", "9"} and (made <= 10 or codes["8"] > 0), note)
    return note


def trickle(server, kit):
    """A request in very small frames is served; one that continues past its deadline is ended."""
    body = message(kit.mix.request(3).SerializeToString())
    wire = Wire(server)
    stream = wire.begin(RENDER)
    wire.data(stream, body, end=True, size=16)
    served = wire.answer(stream, 20)[0].get("grpc-status")
    slow = Wire(server)
    stream, began = slow.begin(RENDER), time.monotonic()
    status, ended = None, "waits"
    while ended == "waits" and time.monotonic() - began < SHORT["deadline_seconds"] + 6:
        slow.send(frame(DATA, 0, stream, body[:1]))
        fields, _, ended = slow.answer(stream, 0.2)
        status = fields.get("grpc-status", status)
        body = body[1:]
    note = f"in frames of 16 bytes: {served}; at 5 bytes a second: {status} after {time.monotonic() - began:.1f} s"
    expect(served == "0" and status == "4", note)
    return note


def until_closed(connection, most):
    """Seconds until the peer closes, or None."""
    began = time.monotonic()
    connection.settimeout(0.2)
    while time.monotonic() - began < most:
        try:
            if not connection.recv(65536):
                return time.monotonic() - began
        except TimeoutError:
            continue
        except ConnectionError:
            return time.monotonic() - began
    return None


def connect(server, first=b""):
    connection = socket.create_connection((server.host, server.port))
    connection.sendall(first)
    return connection


def silent(server, _):
    """Connections that send nothing, or too little to be understood."""
    firsts = [
        b"",
        b"P",
        PREFACE[:23],
        PREFACE,
        b"G",
        b"GET / HTTP/1.1\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n",
    ]
    connections = [connect(server, first) for first in firsts]
    with ThreadPoolExecutor(len(firsts)) as pool:
        closed = list(pool.map(lambda connection: until_closed(connection, 45), connections))
    note = "; ".join(
        f"{first[:16]!r}+{max(0, len(first) - 16)} {'never' if took is None else f'{took:.0f} s'}"
        for first, took in zip(firsts, closed)
    )
    expect(None not in closed, f"closed after: {note}")
    return f"closed after: {note}"


def slow_heads(server, _):
    """Two hundred HTTP/1 heads, a byte every 100 ms."""
    connections = [connect(server, b"GET /healthz HTTP/1.1\r\nx-slow: ") for _ in range(200)]
    began, left = time.monotonic(), connections
    while left and time.monotonic() - began < 45:
        still = []
        for connection in left:
            try:
                connection.sendall(b"a")
                still.append(connection)
            except ConnectionError:
                connection.close()
        left = still
        time.sleep(0.1)
    took = time.monotonic() - began
    expect(not left, f"{len(left)} of 200 are open after {took:.0f} s")
    return f"all 200 cut off after {took:.0f} s"


def slow_body(server, _):
    """An HTTP/1 body, a byte every 200 ms, is answered 504 at its deadline."""
    connection, began = connect(server, HTTP_RENDER + b"content-length: 100000\r\n\r\n{"), time.monotonic()
    connection.settimeout(0.2)
    got = b""
    while not got and time.monotonic() - began < SHORT["deadline_seconds"] + 6:
        try:
            connection.sendall(b" ")
            got = connection.recv(65536)
        except TimeoutError:
            continue
    note = f"{got[:30]!r} after {time.monotonic() - began:.1f} s"
    expect(got.startswith(b"HTTP/1.1 504"), note)
    return note


def half_closed(server, kit):
    """A peer that closes its side counts as gone, in the middle of a request or after it: its work stops."""
    connections = []
    for number in range(100):
        body = MessageToJson(kit.mix.request(8_000_000 + number)).encode()
        half = len(body) // (1 + number % 2)
        connections.append(connect(server, HTTP_RENDER + b"content-length: %d\r\n\r\n" % len(body) + body[:half]))
        connections[-1].shutdown(socket.SHUT_WR)
    closed = [until_closed(connection, 10) is not None for connection in connections]
    wires = [Wire(server) for _ in range(20)]
    for number, wire in enumerate(wires):
        wire.call(RENDER, kit.mix.request(8_100_000 + number).SerializeToString())
        wire.socket.shutdown(socket.SHUT_WR)
    closed += [wire.answer(1, 10)[2] in ("closed", "ended") for wire in wires]
    expect(all(closed), f"{closed.count(False)} of 120 are open after 10 s")
    return "120 connections, all let go"


def oversized(server, kit):
    """A message that is too large is OUT_OF_RANGE, a body that is too large 413, even if the client sends all of it before reading."""
    wire = Wire(server)
    stream = wire.begin(RENDER)
    wire.data(stream, b"\0" + struct.pack(">I", 5 << 20) + bytes(1000))
    status = wire.answer(stream, 5)[0].get("grpc-status")
    answers = []
    for head, rest in (
        (b"content-length: %d" % (9 << 20), bytes(9 << 20)),
        (b"transfer-encoding: chunked", b"a00000\r\n" + bytes(0xA00000)),
    ):
        connection = connect(server, HTTP_RENDER + head + b"\r\n\r\n")
        connection.settimeout(10)
        try:
            connection.sendall(rest)
            answers.append(connection.recv(12)[9:].decode())
        except OSError as error:
            answers.append(type(error).__name__)
    note = f"gRPC {status}; HTTP with length, in chunks: {answers}"
    expect(status == "11" and answers == ["413", "413"], note)
    return note


def malformed(server, _):
    """Bytes that are not a message are INVALID_ARGUMENT."""
    bodies = {
        "no protobuf": message(b"\xff\xff\xff no"),
        "cut short": b"\0" + struct.pack(">I", 1000) + bytes(10),
        "none": b"",
        "bad flag": b"\7" + struct.pack(">I", 10) + bytes(10),
    }
    got = {}
    for name, body in bodies.items():
        wire = Wire(server)
        stream = wire.begin(RENDER)
        wire.data(stream, body, end=True)
        fields = wire.answer(stream, 5)[0]
        got[name] = (fields.get("grpc-status"), "details" if "grpc-status-details-bin" in fields else "no details")
    expect(all(value == ("3", "details") for value in got.values()), str(got))
    return str(got)


def garbage(server, _):
    choice = random.Random(1)

    def one(number):
        first = [b"", PREFACE, b"GET / HTTP/1.1\r\n", b"\x16\x03\x01\x02\x00\x01"][number % 4]
        try:
            connection = connect(server, first + choice.randbytes(choice.randrange(1, 5000)))
            connection.shutdown(socket.SHUT_WR)
            took = until_closed(connection, 15)
            connection.close()
            return took is not None
        except OSError:
            return True

    closed = on_many(400, one)
    expect(all(closed), f"{closed.count(False)} of 400 are open after 15 s")
    return "400 connections, all closed"


def idle_calls(server, _):
    """Calls that their sender never finishes end with the time it gave them, or the server's; a batch without a time of
    its own goes on until its connection is too old."""
    calls = {
        "RenderPage": RENDER,
        "RenderBatch": BATCH,
        "UploadPicture": "/banmian.v1.TypesetService/UploadPicture",
        "Health/Check": "/grpc.health.v1.Health/Check",
    }

    def one(item):
        path, extra, most = item
        wire, began = Wire(server), time.monotonic()
        stream = wire.begin(path, extra)
        fields, _, ended = wire.answer(stream, most)
        wire.reset()
        return f"{fields.get('grpc-status')} {ended} after {time.monotonic() - began:.0f} s"

    cases = [
        (path, extra, SHORT["deadline_seconds"] + 6)
        for path in calls.values()
        for extra in ([("grpc-timeout", "1S")], [])
    ]
    with ThreadPoolExecutor(len(cases)) as pool:
        ends = list(pool.map(one, cases))
    notes = [f"{name}: {ends[2 * n]}, without a timeout {ends[2 * n + 1]}" for n, name in enumerate(calls)]
    open_ended = {"RenderBatch"}
    late = [
        ends[2 * n + k] for n, name in enumerate(calls) for k in (0, 1) if k == 0 or name not in open_ended
    ]
    expect(not any("waits" in end for end in late), "; ".join(notes))
    return "; ".join(notes)


def connection_flood(server, _):
    """More connections than allowed: the excess waits and is served when others close."""
    held = [connect(server, PREFACE + settings({})) for _ in range(40)]
    time.sleep(1)
    open_ = int(server.metrics(timeout=30)["banmian_connections"]) if len(held) < 32 else None
    waiting = connect(server, b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    waiting.settimeout(1)
    try:
        early = waiting.recv(64)
    except TimeoutError:
        early = b""
    for connection in held:
        connection.close()
    waiting.settimeout(20)
    answer = waiting.recv(64)
    expect(not early and answer.startswith(b"HTTP/1.1 200"), f"{early} {answer} {open_}")
    return "the one beyond 32 waited, then was served"


def few_descriptors(server, _):
    """A process with 64 file descriptors and 300 silent connections."""
    held = [connect(server) for _ in range(300)]
    time.sleep(1)
    began = time.monotonic()
    waiting = connect(server, b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    waiting.settimeout(60)
    answer = waiting.recv(64)
    took = time.monotonic() - began
    for connection in held:
        connection.close()
    expect(answer.startswith(b"HTTP/1.1 200"), f"{answer!r}")
    return f"served after {took:.1f} s"


# By name: the attack, settings in addition to SHORT, file descriptors of the server (None: unlimited).
ATTACKS = {
    "rapid reset": (rapid_reset, {}, None),
    "rapid cancel": (rapid_cancel, {}, None),
    "CONTINUATION flood": (continuation_flood, {}, None),
    "100 000 headers": (many_headers, {}, None),
    "header bomb": (header_bomb, {}, None),
    "frame floods": (floods, {}, None),
    "empty DATA": (empty_data, {}, None),
    "never reads, window 0": (never_reads, {}, None),
    "never reads, socket": (never_reads_socket, {}, None),
    "late reader, RenderPage": (late.page, {}, None),
    "late reader, RenderBatch": (late.batch, {}, None),
    "late reader, HTTP": (late.http, {}, None),
    "byte by byte": (trickle, {}, None),
    "silent connections": (silent, {}, None),
    "slow heads": (slow_heads, {}, None),
    "slow body": (slow_body, {}, None),
    "half-closed": (half_closed, {}, None),
    "oversized": (oversized, {}, None),
    "malformed": (malformed, {}, None),
    "announced uploads": (announced, {}, None),
    "same unfit page": (same_unfit, {"queue": 4}, None),
    "garbage": (garbage, {}, None),
    "idle calls": (idle_calls, {}, None),
    "connection flood": (connection_flood, {"connections": 32}, None),
    "64 descriptors": (few_descriptors, {}, 64),
}


def attack(name, kit, args):
    """Runs one attack on a separate server. Returns the faults."""
    what, extra, descriptors = ATTACKS[name]
    faults = []
    with Server(args.server, SHORT | extra, descriptors) as server:
        with Normal(server, kit, first=4_000_000):
            time.sleep(2)
        time.sleep(1)
        before = server.state()
        with Normal(server, kit, first=5_000_000) as normal:
            time.sleep(0.2)
            began = time.monotonic()
            try:
                note = what(server, kit)
            except (Fault, late.Fault) as fault:
                note = str(fault)
                faults.append(f"{name}: {note}")
            except ConnectionError as error:
                note = f"cut off: {error}"
                faults.append(f"{name}: {note}")
            took = time.monotonic() - began
        after, rested = server.rest(before, 45)
        panics = server.metrics()["banmian_panics_total"]
        print(
            f"{name} ({took:.0f} s): {note} | {normal} | at rest after {rested if rested is None else round(rested, 1)} s, "
            f"MiB {before.resident_mib:.0f} -> {after.resident_mib:.0f}, peak {server.peak_mib():.0f}",
            flush=True,
        )
        if rested is None:
            faults.append(f"{name}: not at rest: {after}, was {before}")
        if normal.bad():
            faults.append(f"{name}: normal calls failed: {normal.bad()[:2]}")
        if panics:
            faults.append(f"{name}: {panics} panics")
        if server.peak_mib() > before.resident_mib + MEMORY_MIB:
            faults.append(f"{name}: {server.peak_mib():.0f} MiB, was {before.resident_mib:.0f}")
        code, _ = server.stop()
        if code:
            faults.append(f"{name}: exit code {code}")
    return faults


def run(kit, args):
    return [fault for name in ATTACKS if args.only in name for fault in attack(name, kit, args)]
