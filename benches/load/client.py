"""Ordinary client calls, each checked against the contract."""

import hashlib
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import grpc
from google.rpc import error_details_pb2, status_pb2
from grpc_tools import protoc

PROJECT = Path(__file__).resolve().parents[2]
OPTIONS = [("grpc.max_receive_message_length", 64 << 20), ("grpc.use_local_subchannel_pool", 1)]


def stubs(project):
    """Generates the messages and stubs from the .proto files."""
    out = tempfile.mkdtemp(prefix="banmian-load-")
    files = [str(path) for path in sorted((project / "proto/banmian/v1").glob("*.proto"))]
    code = protoc.main(["protoc", f"-I{project / 'proto'}", f"--python_out={out}", f"--grpc_python_out={out}", *files])
    if code:
        raise SystemExit("the contract cannot be compiled")
    sys.path.insert(0, out)
    from banmian.v1 import typeset_pb2, typeset_pb2_grpc

    return typeset_pb2, typeset_pb2_grpc


@dataclass
class Outcome:
    """Result of a call."""

    code: str
    seconds: float
    size: int = 0
    turned_away: int = 0
    detail: str = ""

    @property
    def ok(self):
        return self.code == "OK"


class Broken(Exception):
    """An answer with status OK that violates the contract."""


class Pages:
    """Checks the messages of a page's stream: order, size and hash of every artifact."""

    def __init__(self):
        self.parts = 0
        self.size = 0
        self.open = None
        self.files = 0

    def take(self, message):
        kind = message.WhichOneof("part")
        if (kind == "report") != (self.parts == 0):
            raise Broken(f"message {self.parts} is {kind}")
        self.parts += 1
        if kind == "artifact_header":
            if self.open:
                raise Broken("an artifact begins in another")
            self.open = (message.artifact_header, hashlib.sha256(), 0)
        elif kind == "chunk":
            header, digest, size = self.open
            digest.update(message.chunk)
            self.open = (header, digest, size + len(message.chunk))
            self.size += len(message.chunk)
        elif kind == "artifact_end":
            header, digest, size = self.open
            if (size, digest.hexdigest()) != (header.total_bytes, header.sha256):
                raise Broken(f"{header.file_name}: {size} of {header.total_bytes} bytes")
            self.open = None
            self.files += 1

    def end(self, wanted):
        if self.open or self.files != wanted:
            raise Broken(f"{self.files} of {wanted} artifacts under status OK")


def channel(target):
    return grpc.insecure_channel(target, options=OPTIONS)


def retry_seconds(error):
    """Delay in the RetryInfo of a status, or None."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                retry = error_details_pb2.RetryInfo()
                if detail.Unpack(retry):
                    return retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9
    return None


def render(stub, request, tries=100, timeout=120):
    """Renders one page. Retries after the delay in RetryInfo; returns the last outcome."""
    began = time.monotonic()
    turned_away = 0
    while True:
        pages = Pages()
        try:
            for message in stub.RenderPage(request, timeout=timeout):
                pages.take(message)
            pages.end(len(request.outputs) or 1)
            return Outcome("OK", time.monotonic() - began, pages.size, turned_away)
        except Broken as broken:
            return Outcome("BROKEN", time.monotonic() - began, pages.size, turned_away, str(broken))
        except grpc.RpcError as error:
            code = error.code().name
            wait = retry_seconds(error) if code == "RESOURCE_EXHAUSTED" else None
            if wait is None or turned_away >= tries:
                return Outcome(code, time.monotonic() - began, pages.size, turned_away, error.details())
            turned_away += 1
            time.sleep(wait * random.uniform(0.5, 1.5))
