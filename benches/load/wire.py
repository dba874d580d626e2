"""HTTP/2 by hand, for behaviour that no client library has."""

import socket
import struct
import time

from hpack import Decoder, Encoder

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, END_HEADERS, ACK = 1, 4, 1
INITIAL_WINDOW_SIZE = 4
RENDER = "/banmian.v1.TypesetService/RenderPage"
BATCH = "/banmian.v1.TypesetService/RenderBatch"


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def settings(values):
    return frame(SETTINGS, payload=b"".join(struct.pack(">HI", key, value) for key, value in values.items()))


def window(stream, bytes_):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", bytes_))


def message(body):
    """An uncompressed gRPC message."""
    return b"\0" + struct.pack(">I", len(body)) + body


class Wire:
    """One connection. `windows` is the number of bytes that the peer may send, per stream and in total; it is never raised automatically."""

    def __init__(self, server, windows=64 << 20, receive_buffer=None, timeout=30):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.timeout = timeout
        self.socket.settimeout(timeout)
        self.socket.connect((server.host, server.port))
        self.encoder, self.decoder = Encoder(), Decoder()
        self.next_stream = 1
        self.buffer = b""
        self.target = server.target
        self.send(PREFACE + settings({INITIAL_WINDOW_SIZE: windows}) + (window(0, windows) if windows else b""))
        self.greet()

    def greet(self):
        """Waits until the peer has sent its settings and opened the window of the connection."""
        told = set()
        while not {SETTINGS, WINDOW_UPDATE} <= told:
            got = self.read()
            if got is None:
                raise ConnectionError("closed before the settings came")
            told.add(got[0])
            self.obey(got)

    def send(self, data):
        self.socket.settimeout(self.timeout)
        self.socket.sendall(data)

    def headers(self, path, extra=()):
        fields = [
            (":method", "POST"),
            (":scheme", "http"),
            (":path", path),
            (":authority", self.target),
            ("content-type", "application/grpc"),
            ("te", "trailers"),
            *extra,
        ]
        return self.encoder.encode(fields)

    def begin(self, path, extra=(), flags=END_HEADERS):
        """Opens a stream and returns its number."""
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        self.send(frame(HEADERS, flags, stream, self.headers(path, extra)))
        return stream

    def data(self, stream, body, end=False, size=16384):
        """Sends bytes in frames. They have to fit the peer's windows of 1 MiB and 4 MiB."""
        pieces = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
        last = len(pieces) - 1
        self.send(
            b"".join(
                frame(DATA, END_STREAM if end and n == last else 0, stream, piece) for n, piece in enumerate(pieces)
            )
        )

    def call(self, path, body, extra=()):
        stream = self.begin(path, extra)
        self.data(stream, message(body), end=True)
        return stream

    def read(self):
        """The next frame: kind, flags, stream, payload; None at the end of the connection."""
        while len(self.buffer) < 9 or len(self.buffer) < 9 + int.from_bytes(self.buffer[:3], "big"):
            more = self.socket.recv(65536)
            if not more:
                return None
            self.buffer += more
        size = int.from_bytes(self.buffer[:3], "big")
        head, payload, self.buffer = self.buffer[:9], self.buffer[9 : 9 + size], self.buffer[9 + size :]
        return head[3], head[4], int.from_bytes(head[5:9], "big"), payload

    def obey(self, got):
        """Answers SETTINGS and PING, as a peer must."""
        kind, flags, _, payload = got
        if kind == SETTINGS and not flags & ACK:
            self.send(frame(SETTINGS, ACK))
        elif kind == PING and not flags & ACK:
            self.send(frame(PING, ACK, 0, payload))

    def answer(self, stream, seconds=30):
        """The rest of a stream: its headers and trailers, bytes, and the error code of RST_STREAM or GOAWAY if one came."""
        fields, body, until = {}, b"", time.monotonic() + seconds
        while time.monotonic() < until:
            self.socket.settimeout(max(0.05, until - time.monotonic()))
            try:
                got = self.read()
            except TimeoutError:
                break
            except ConnectionError:
                got = None
            if got is None:
                return fields, body, "closed"
            kind, flags, of, payload = got
            self.obey(got)
            if kind == GOAWAY and payload[4:8] != bytes(4):
                return fields, body, f"GOAWAY {int.from_bytes(payload[4:8], 'big')}"
            if kind == HEADERS:
                decoded = dict(self.decoder.decode(payload))
                if of == stream:
                    fields |= decoded
            if of != stream:
                continue
            if kind == DATA:
                body += payload
            if kind == RST_STREAM:
                return fields, body, f"RST_STREAM {int.from_bytes(payload, 'big')}"
            if kind in (DATA, HEADERS) and flags & END_STREAM:
                return fields, body, "ended"
        return fields, body, "waits"

    def idle(self, seconds):
        """Reads and answers for some seconds. Returns True if the connection is still open."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.socket.settimeout(max(0.001, until - time.monotonic()))
            try:
                got = self.read()
            except TimeoutError:
                return True
            except ConnectionError:
                return False
            if got is None:
                return False
            self.obey(got)
        return True

    def reset(self):
        """Closes with RST instead of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self):
        self.socket.close()
