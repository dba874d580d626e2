"""Callers that begin to read after their deadline: the answer is complete or reports that it is not."""

import socket
import time

from google.protobuf.json_format import MessageToJson

from wire import BATCH, RENDER, Wire, message, window

ROOM = 80 << 20
PAGES = 8


class Fault(Exception):
    """A truncated answer that looks complete."""


def open_up(wire, stream):
    wire.send(window(stream, ROOM) + window(0, ROOM))


def page(server, kit):
    """RenderPage with a deadline of 2 s, read after 4 s."""
    whole = Wire(server)
    body = kit.mix.large("late", 300).SerializeToString()
    size = len(whole.answer(whole.call(RENDER, body), 20)[1])
    if size == 0:
        raise Fault("no page in time: the machine is too busy for this test")
    wire = Wire(server, windows=0)
    stream = wire.call(RENDER, body, [("grpc-timeout", "2S")])
    wire.idle(4)
    open_up(wire, stream)
    fields, got, ended = wire.answer(stream, 10)
    note = f"{len(got)} of {size} bytes, status {fields.get('grpc-status')}, {ended}"
    if fields.get("grpc-status") == "0" and len(got) < size or ended == "waits":
        raise Fault(note)
    return note


def batch(server, kit):
    """RenderBatch read later than a page's deadline: every page ends with `done` or `failure`, or the stream fails."""
    wire = Wire(server, windows=0)
    stream = wire.begin(BATCH)
    for number in range(PAGES):
        request = kit.pb.RenderBatchRequest(key=f"k{number}", render=kit.mix.large(f"late-{number}", 100))
        wire.data(stream, message(request.SerializeToString()), end=number == PAGES - 1)
    wire.idle(30)
    fields, got, ended = {}, b"", "closed"
    try:
        open_up(wire, stream)
        fields, got, ended = wire.answer(stream, 30)
    except ConnectionError:
        pass
    ends = {}
    while len(got) >= 5 and len(got) >= 5 + int.from_bytes(got[1:5], "big"):
        size = int.from_bytes(got[1:5], "big")
        part = kit.pb.RenderBatchResponse.FromString(got[5 : 5 + size])
        ends[part.key] = part.WhichOneof("part")
        got = got[5 + size :]
    lost = [f"k{n}" for n in range(PAGES) if ends.get(f"k{n}") not in ("done", "failure")]
    note = f"status {fields.get('grpc-status')}, {ended}; pages without an end: {lost}"
    if lost and fields.get("grpc-status") == "0" or ended == "waits":
        raise Fault(note)
    return note


def http(server, kit):
    """HTTP/1 answers of several megabytes, read after the deadline."""
    body, notes = MessageToJson(kit.mix.large("late", 200)).encode(), {}
    for accept in ("multipart/mixed", "application/zip", "application/json"):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((server.host, server.port))
        head = f"POST /v1/pages:render HTTP/1.1\r\nhost: x\r\nconnection: close\r\ngrpc-timeout: 2S\r\ncontent-type: application/json\r\naccept: {accept}\r\n"
        connection.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        time.sleep(4)
        notes[accept] = ended_as(connection)
    cut_as_whole = notes["multipart/mixed"] == "whole by its framing, cut by its content"
    if cut_as_whole:
        raise Fault(str(notes))
    return str(notes)


def ended_as(connection):
    """Describes the end of an HTTP/1 answer."""
    got = b""
    connection.settimeout(10)
    try:
        while more := connection.recv(1 << 20):
            got += more
    except ConnectionError:
        return "reset"
    except TimeoutError:
        return "waits"
    finally:
        connection.close()
    head, _, content = got.partition(b"\r\n\r\n")
    if b"chunked" not in head:
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        return "whole" if length == len(content) else "cut, told by its length"
    if not content.endswith(b"0\r\n\r\n"):
        return "cut, told by its chunks"
    return "whole" if b"--\r\n\r\n0\r\n\r\n" in content[-40:] else "whole by its framing, cut by its content"
