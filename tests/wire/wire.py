#!/usr/bin/env python3
"""Calls the service over the wire with grpcio and plain HTTP: every call, every rejection,
encryption, drain, reload.

Each check starts the servers it needs. Run it as README.md says. Arguments select the
checks whose names contain them.
"""

import hashlib
import http.client
import json
import os
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import zlib
from pathlib import Path

# Rejected handshakes are part of the checks, so the library need not log them.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

import grpc
from google.protobuf import json_format
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status
from grpc_tools import protoc

ROOT = Path(os.environ.get("WIRE_ROOT") or Path(__file__).resolve().parents[2])
PROGRAM = os.environ.get("WIRE_PROGRAM") or str(ROOT / "target/release/banmian")
TEMP = tempfile.TemporaryDirectory()
DIR = Path(TEMP.name)
MIB = 1 << 20
# Time limit for a busy machine; nothing takes that long on an idle one.
PATIENCE = 60


def load_contract():
    """Compiles the contract into the temporary folder and imports it."""
    folder = DIR / "stubs"
    folder.mkdir()
    files = map(str, (ROOT / "proto").glob("banmian/v1/*.proto"))
    if protoc.main(["", f"-I{ROOT / 'proto'}", f"--python_out={folder}", f"--grpc_python_out={folder}", *files]):
        sys.exit(70)
    sys.path.insert(0, str(folder))
    from banmian.v1 import catalog_pb2, catalog_pb2_grpc, proof_pb2, proof_pb2_grpc, typeset_pb2, typeset_pb2_grpc

    return catalog_pb2, catalog_pb2_grpc, proof_pb2, proof_pb2_grpc, typeset_pb2, typeset_pb2_grpc


C, CR, P, PR, T, TR = load_contract()


# Certificates.


def openssl(*args):
    subprocess.run(
        ["openssl", *map(str, args)], check=True, cwd=DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def authority(name):
    openssl(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-keyout",
        f"{name}.key",
        "-out",
        f"{name}.pem",
        "-subj",
        f"/CN={name}",
        "-addext",
        "keyUsage=critical,keyCertSign",
    )


def certificate(name, by, days=2):
    (DIR / f"{name}.ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    openssl(
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        f"{name}.key",
        "-out",
        f"{name}.csr",
        "-subj",
        f"/CN={name}",
    )
    openssl(
        "x509",
        "-req",
        "-in",
        f"{name}.csr",
        "-CA",
        f"{by}.pem",
        "-CAkey",
        f"{by}.key",
        "-CAcreateserial",
        "-days",
        days,
        "-extfile",
        f"{name}.ext",
        "-out",
        f"{name}.pem",
    )


def pem(name, kind="pem"):
    return (DIR / f"{name}.{kind}").read_bytes() if name else None


def make_certificates():
    for name in ("ca", "other"):
        authority(name)
    for name, by, days in [
        ("server", "ca", 2),
        ("client", "ca", 2),
        ("late-server", "ca", -1),
        ("late", "ca", -1),
        ("foreign", "other", 2),
        ("moved", "other", 2),
    ]:
        certificate(name, by, days)


# Servers and clients.


class Server:
    """A server process on its own port; it is stopped at the end of the block."""

    def __init__(self, *args, config="", tls=None, client_ca=None, **settings):
        environment = {name: text for name, text in os.environ.items() if not name.startswith("BANMIAN_")}
        environment.update({f"BANMIAN_{name.upper()}": str(value) for name, value in settings.items()})
        self.config = DIR / f"config-{time.monotonic_ns()}.toml"
        self.config.write_text(config)
        command = [PROGRAM, "serve", "--listen", "127.0.0.1:0", "--log", "off", "--config", str(self.config), *args]
        if tls:
            command += ["--tls-certificate", DIR / f"{tls}.pem", "--tls-key", DIR / f"{tls}.key"]
        if client_ca:
            command += ["--tls-client-ca", DIR / f"{client_ca}.pem"]
        self.tls = bool(tls) or "[tls]" in config
        self.lines = []
        self.process = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        line = self.process.stdout.readline()
        if "://" not in line:
            raise RuntimeError(f"the server does not start: {line}{self.process.stderr.read()}")
        self.address = line.strip().split("://")[1]
        self.channels = []
        for pipe in (self.process.stdout, self.process.stderr):
            threading.Thread(target=lambda pipe=pipe: self.lines.extend(pipe), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for channel in self.channels:
            channel.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def channel(self, ca="ca", own=None, **options):
        # A separate pool: channels with the same options would share their connections.
        options = [("grpc.use_local_subchannel_pool", 1), *((f"grpc.{name}", value) for name, value in options.items())]
        if self.tls:
            credentials = grpc.ssl_channel_credentials(pem(ca), pem(own, "key"), pem(own))
            channel = grpc.secure_channel(self.address, credentials, options)
        else:
            channel = grpc.insecure_channel(self.address, options)
        self.channels.append(channel)
        return channel

    def typeset(self, *args, **options):
        return TR.TypesetServiceStub(self.channel(*args, **options))

    def http(self, method, path, body=None, headers=None, own=None):
        host, port = self.address.split(":")
        if self.tls:
            context = ssl.create_default_context(cadata=pem("ca").decode())
            if own:
                context.load_cert_chain(DIR / f"{own}.pem", DIR / f"{own}.key")
            link = http.client.HTTPSConnection(host, int(port), context=context, timeout=PATIENCE)
        else:
            link = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
        try:
            link.request(method, path, body, headers or {})
            reply = link.getresponse()
            return reply.status, reply.headers, reply.read()
        finally:
            link.close()

    def figure(self, name, **labels):
        text = self.http("GET", "/metrics")[2].decode()
        for line in text.splitlines():
            named = re.match(r"([a-z_]+)(?:\{(.*)\})? (\S+)$", line)
            if named and named[1] == f"banmian_{name}":
                if all(f'{label}="{value}"' in (named[2] or "") for label, value in labels.items()):
                    return float(named[3])
        return 0.0

    def signal(self, number):
        self.process.send_signal(number)


def until(what, condition, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"never came: {what}")
        time.sleep(0.02)


# Pages.

SEED = json.loads((ROOT / "seeds/20231029.json").read_text())


def brief(text, **layout):
    record = {"articles": [{"headline": "标题", "body": [{"paragraph": {"text": text}}]}]}
    return {**record, "layout": layout} if layout else record


def slow(number=0):
    """Returns a page that takes many seconds: a hundred long heads, each in nine wordings."""
    body = [{"paragraph": {"text": "正文。" * 40}}]

    def article(k):
        head, *others = (f"第{number}{k}篇之{wording}" + "这个标题写得很长" * 40 for wording in range(9))
        return {"headline": head, "alternatives": [{"headline": other} for other in others], "body": body}

    return {"articles": [article(k) for k in range(100)]}


def render(record, *outputs, **more):
    names = [f"OUTPUT_{name}" for name in outputs or ("GEOMETRY_JSON",)]
    more.setdefault("policy", "POLICY_MARK")
    return json_format.ParseDict({"page": record, "outputs": names, **more}, T.RenderPageRequest())


def noise(width=1200, height=1000):
    """Returns an incompressible picture as PNG."""
    rows = b"".join(b"\0" + os.urandom(3 * width) for _ in range(height))

    def block(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + block(b"IHDR", head) + block(b"IDAT", zlib.compress(rows, 0)) + block(b"IEND", b"")


def sending(data, size=MIB, **header):
    yield T.UploadPictureRequest(header=T.UploadPictureHeader(**header))
    for start in range(0, len(data), size):
        yield T.UploadPictureRequest(chunk=data[start : start + size])


def gallery(typeset, count, *size):
    """Uploads pictures of noise, some 4.8 MB each in SVG, and returns a page of them."""
    sums = []
    for _ in range(count):
        data = noise(*size)
        answer = typeset.UploadPicture(sending(data, total_bytes=len(data)))
        equal(answer.sha256, hashlib.sha256(data).hexdigest(), "the sum of an upload")
        sums.append(answer.sha256)
    pictures = [{"id": f"p{k}", "sha256": one, "minPpi": 30, "columns": 3} for k, one in enumerate(sums)]
    return {**brief("正文。"), "pictures": pictures}


# Expectations.


def equal(got, expected, what):
    if got != expected:
        raise AssertionError(f"{what}: {str(got)[:600]!r}, expected {str(expected)[:600]!r}")


def true(condition, what):
    if not condition:
        raise AssertionError(what)


def artifacts(messages, pause=0.0, header=None):
    """Checks a page's stream (order, sizes, checksums); returns the report and the artifacts."""
    report, found, data = None, [], None
    for message in messages:
        part = message.WhichOneof("part")
        if report is None:
            equal(part, "report", "the first message")
            report = message.report
        elif part == "artifact_header":
            true(data is None, "artifacts do not interleave")
            header, data = message.artifact_header, []
        elif part == "chunk":
            true(data is not None and 1 <= len(message.chunk) <= MIB, "a chunk within an artifact, of 1 byte to 1 MiB")
            data.append(message.chunk)
        elif part == "artifact_end":
            whole, end = b"".join(data), message.artifact_end
            sums = (header.output, len(whole), hashlib.sha256(whole).hexdigest())
            equal((header.output, header.total_bytes, header.sha256), sums, "what the header announced")
            equal((end.output, end.total_bytes, end.sha256), sums, "what the end repeats")
            found.append((header, whole))
            data = None
        else:
            raise AssertionError(f"a message of {part}")
        time.sleep(pause)
    true(report is not None and data is None, "report and whole artifacts before status OK")
    return report, found


def expect_error(call, code, reason=None, within=PATIENCE):
    """Expects a call to fail; returns the details of its status by name, and the text."""
    try:
        answer = call()
        for _ in answer if hasattr(answer, "__iter__") else ():
            pass
    except grpc.RpcError as error:
        status = rpc_status.from_call(error)
        details = {"text": error.details(), "metadata": error.trailing_metadata()}
        for any_ in status.details if status else ():
            name = any_.type_url.rsplit(".", 1)[1]
            details[name] = getattr(error_details_pb2, name)()
            any_.Unpack(details[name])
        equal(error.code().name, code, f"the code, with the text {error.details()}")
        if reason:
            true("ErrorInfo" in details, f"ErrorInfo of {code}: {error.details()}")
            equal((details["ErrorInfo"].reason, details["ErrorInfo"].domain), (reason, "banmian"), "ErrorInfo")
            equal(dict(error.trailing_metadata()).get("x-banmian-reason"), reason, "the reason beside the details")
        return details
    raise AssertionError(f"it is answered, {code} was expected")


def has_retry(details):
    delay = details["RetryInfo"].retry_delay
    true(delay.seconds + delay.nanos > 0, "RetryInfo names a time")


CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


# Calls.


def every_call(server, **channel):
    """Calls each method once, over any kind of channel."""
    typeset, catalog = server.typeset(**channel), CR.CatalogServiceStub(server.channel(**channel))
    call = typeset.RenderPage(
        render(SEED, "PRESS_PDF", "PREVIEW_PNG", "GEOMETRY_JSON", "RECORD_JSON", "WEB_PDF", "PROOF_PDF", "PREVIEW_SVG"),
        metadata=[("x-request-id", "ticket-7")],
    )
    report, found = artifacts(call)
    equal(call.code(), grpc.StatusCode.OK, "the status")
    equal(dict(call.initial_metadata()).get("x-request-id"), "ticket-7", "x-request-id")
    kinds = [T.Output.Name(header.output).removeprefix("OUTPUT_") for header, _ in found]
    equal(
        kinds,
        ["PRESS_PDF", "PREVIEW_PNG", "GEOMETRY_JSON", "RECORD_JSON", "WEB_PDF", "PROOF_PDF", "PREVIEW_SVG"],
        "the order",
    )
    starts = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG", "application/json": b"{", "image/svg+xml": b"<"}
    for header, data in found:
        true(data.startswith(starts[header.media_type]), f"{header.file_name} is {header.media_type}")
    equal(json.loads(found[2][1])["layoutHash"], report.layout_hash, "the hash of geometry and report")
    equal(hashlib.sha256(found[3][1]).hexdigest(), report.record_sha256, "the sum of the record")

    plan = typeset.PlanPage(json_format.ParseDict({"page": SEED, "candidates": 2}, T.PlanPageRequest()))
    true(1 <= len(plan.candidates) <= 2 and plan.engine_version, "candidates")
    equal(plan.candidates[0].geometry.layout_hash, report.layout_hash, "RenderPage takes the first candidate")

    article = {"article": SEED["articles"][0], "columnCounts": [1, 2], "targetRows": 20}
    measured = typeset.MeasureArticle(json_format.ParseDict(article, T.MeasureArticleRequest()))
    equal([one.columns for one in measured.measures], [1, 2], "the widths asked for")
    true(measured.measures[0].lines > 0 and measured.characters > 0, "lines and characters")

    styles = catalog.ListHouseStyles(C.ListHouseStylesRequest())
    equal(styles.house_styles[0].name, "broadsheet", "the first style")
    fonts, token, rounds = [], "", 0
    while rounds == 0 or token:
        answer = catalog.ListFonts(C.ListFontsRequest(page_size=4, page_token=token))
        true(len(answer.fonts) <= 4, "a page of four")
        fonts += answer.fonts
        token, rounds = answer.next_page_token, rounds + 1
    equal(
        [font.name for font in fonts],
        [font.name for font in catalog.ListFonts(C.ListFontsRequest()).fonts],
        "faces in pages",
    )
    true(rounds > 1, "more than one page")

    health = health_pb2_grpc.HealthStub(server.channel(**channel))
    for name in ("", "banmian.v1.TypesetService", "banmian.v1.CatalogService"):
        equal(
            health.Check(health_pb2.HealthCheckRequest(service=name)).status,
            health_pb2.HealthCheckResponse.SERVING,
            name,
        )
    expect_error(lambda: health.Check(health_pb2.HealthCheckRequest(service="none")), "NOT_FOUND")

    reflection = ProtoReflectionDescriptorDatabase(server.channel(**channel))
    services = set(reflection.get_services())
    true(
        {"banmian.v1.TypesetService", "banmian.v1.CatalogService", "banmian.v1.ProofService", "grpc.health.v1.Health"}
        <= services,
        f"services by reflection: {services}",
    )
    file = reflection.FindFileContainingSymbol("banmian.v1.TypesetService")
    equal(file.name, "banmian/v1/typeset.proto", "its file by reflection")

    proofs = PR.ProofServiceStub(server.channel(**channel))
    for name, request in [
        ("SaveRound", P.SaveRoundRequest()),
        ("GetRound", P.GetRoundRequest()),
        ("ListRounds", P.ListRoundsRequest()),
        ("CompareRounds", P.CompareRoundsRequest()),
        ("SignRound", P.SignRoundRequest()),
    ]:
        details = expect_error(lambda: getattr(proofs, name)(request), "UNIMPLEMENTED", "BM-UNSERVED")
        true(name in details["text"], f"{name} is named")
    return found


@check
def every_call_in_the_clear():
    with Server() as server:
        found = every_call(server)
        again = artifacts(server.typeset().RenderPage(render(SEED, "PRESS_PDF")))[1]
        equal(again[0][1], found[0][1], "the press file, asked for alone")


@check
def every_call_over_tls_and_mutual_tls():
    with Server(tls="server") as server:
        every_call(server)
        status, _, body = server.http("GET", "/healthz")
        equal((status, body), (200, b"ok\n"), "HTTP over TLS")
    with Server(tls="server", client_ca="ca") as server:
        every_call(server, own="client")
        equal(server.http("GET", "/healthz", own="client")[0], 200, "HTTP over mutual TLS")


@check
def untrusted_clients_cannot_connect():
    ask = render(brief("正文。"))
    with Server(tls="server", client_ca="ca") as server:
        for name, own in [("without a certificate", None), ("expired", "late"), ("of a foreign authority", "foreign")]:
            expect_error(lambda: server.typeset(own=own).RenderPage(ask, timeout=20), "UNAVAILABLE")
        expect_error(lambda: server.typeset(ca="other", own="client").RenderPage(ask, timeout=20), "UNAVAILABLE")
        artifacts(server.typeset(own="client").RenderPage(ask))
        try:
            server.http("GET", "/healthz")
            raise AssertionError("HTTP without a certificate is answered")
        except (ssl.SSLError, ConnectionError, http.client.RemoteDisconnected):
            pass
    with Server(tls="late-server") as server:
        expect_error(lambda: server.typeset().RenderPage(ask, timeout=20), "UNAVAILABLE")
    with Server(tls="server") as server:
        # Unencrypted to a port that expects TLS.
        channel = grpc.insecure_channel(server.address)
        expect_error(lambda: TR.TypesetServiceStub(channel).RenderPage(ask, timeout=20), "UNAVAILABLE")
        channel.close()
        artifacts(server.typeset().RenderPage(ask))


@check
def batches():
    with Server(workers=2) as server:
        typeset = server.typeset()
        bad = json_format.ParseDict({"page": brief("正文。", houseStyle="none")}, T.RenderPageRequest())
        pages = [
            ("slow", render(slow())),
            ("quick", render(brief("一。"))),
            ("bad", bad),
            ("quick", render(brief("二。"))),
            ("", render(brief("三。"))),
            ("empty", None),
            ("unset", render({})),
            ("press", render(SEED, "PRESS_PDF", "PREVIEW_PNG")),
        ]
        requests = [T.RenderBatchRequest(key=key, render=one) for key, one in pages]
        call = typeset.RenderBatch(iter(requests))
        order, runs, last = [], {}, None
        for message in call:
            if last is None:
                last = [message.key]
                order.append(last)
            equal(message.key, last[0], "the messages of a page come together")
            last.append(message)
            if message.WhichOneof("part") != "response":
                runs.setdefault(message.key, []).append(last[1:])
                last = None
        true(last is None, "each page ends with done or failure")
        equal(call.code(), grpc.StatusCode.OK, "the stream's status")
        keys = [one[0] for one in order]
        equal(sorted(keys), sorted(key for key, _ in pages), "each page is answered once")
        true(keys.index("slow") > keys.index("quick"), f"in order of completion: {keys}")
        ends = {}
        for key, all_ in runs.items():
            for run in all_:
                end = run[-1]
                if end.WhichOneof("part") == "done":
                    report, found = artifacts(one.response for one in run[:-1])
                    equal((end.done.artifacts, end.done.layout_hash), (len(found), report.layout_hash), "done")
                    ends.setdefault(key, []).append("done")
                    if key == "press":
                        single = artifacts(typeset.RenderPage(dict(pages)["press"]))[1]
                        equal([data for _, data in found], [data for _, data in single], "batch and call")
                else:
                    failure = end.failure
                    true(failure.message.zh and failure.message.en, "a failure in both languages")
                    ends.setdefault(key, []).append((failure.status, failure.code))
        equal(ends["bad"], [(5, "BM-UNKNOWN")], "a bad page")
        equal(sorted(map(str, ends["quick"])), sorted(["done", str((3, "BM-RECORD-003"))]), "a key used twice")
        equal(ends[""], [(3, "BM-RECORD-003")], "no key")
        equal([ends[key][0][0] for key in ("empty", "unset")], [3, 3], "no page")
        equal((ends["slow"], ends["press"]), (["done"], ["done"]), "good pages")


@check
def a_cancelled_batch_frees_the_workers():
    with Server(workers=2) as server:
        call = server.typeset().RenderBatch(T.RenderBatchRequest(key=str(k), render=render(slow(k))) for k in range(6))
        until("pages in work", lambda: server.figure("jobs_running") == 2)
        call.cancel()
        until("workers are free", lambda: server.figure("jobs_running") == 0 and server.figure("queue_depth") == 0)
        equal(server.figure("calls_total", method="RenderBatch", code="CANCELLED"), 1, "the call as counted")
        artifacts(server.typeset().RenderPage(render(brief("正文。"))))


@check
def uploads():
    with Server(pictures_bytes_per_tenant=3_000_000) as server:
        typeset, data = server.typeset(), noise(300, 200)
        sum_ = hashlib.sha256(data).hexdigest()
        record = {**brief("正文。"), "pictures": [{"id": "p", "sha256": sum_, "minPpi": 20}]}
        ask = render(record, "PRESS_PDF", policy="POLICY_STRICT")
        expect_error(lambda: typeset.RenderPage(ask), "FAILED_PRECONDITION")
        answer = typeset.UploadPicture(sending(data, size=10_000, sha256=sum_, total_bytes=len(data), keep_seconds=60))
        equal(
            (answer.sha256, answer.total_bytes, answer.media_type, answer.width_px, answer.height_px, answer.existed),
            (sum_, len(data), "image/png", 300, 200, False),
            "the answer",
        )
        equal((answer.quota_bytes, answer.used_bytes), (3_000_000, len(data)), "the quota")
        true(typeset.UploadPicture(sending(b"", sha256=sum_)).existed, "it is there, nothing need be sent")
        report, _ = artifacts(typeset.RenderPage(render(record, "WEB_PDF", "PREVIEW_PNG")))
        true(all(one.code != "BM-PICTURE-001" for one in report.findings), "the page has its picture")
        for name, messages, field in [
            ("no header", iter([T.UploadPictureRequest(chunk=b"x")]), "header"),
            ("no picture", sending(b"plain text"), "chunk"),
            ("another sum", sending(data, sha256="0" * 64), "header.sha256"),
            ("no sum", sending(data, sha256="x"), "header.sha256"),
            ("another size", sending(data, total_bytes=len(data) - 1), "header.totalBytes"),
            ("a chunk of 2 MiB", sending(bytes(2 * MIB), size=2 * MIB), "chunk"),
        ]:
            details = expect_error(lambda: typeset.UploadPicture(messages), "INVALID_ARGUMENT")
            equal(details["BadRequest"].field_violations[0].field, field, name)
        details = expect_error(
            lambda: typeset.UploadPicture(sending(noise(1000, 1000), total_bytes=3_000_200)),
            "RESOURCE_EXHAUSTED",
            "BM-QUOTA",
        )
        true("QuotaFailure" in details and "RetryInfo" in details, "quota and retry are reported")
        equal(server.figure("pictures_bytes"), len(data), "what was refused leaves nothing")


# Rejections.


@check
def rejections():
    with Server() as server:
        typeset, catalog = server.typeset(), CR.CatalogServiceStub(server.channel())
        wrong = brief("正文。")
        wrong["articles"][0]["weight"] = 101
        wrong["date"] = "2023-02-30"
        details = expect_error(lambda: typeset.RenderPage(render(wrong)), "INVALID_ARGUMENT")
        fields = {one.field for one in details["BadRequest"].field_violations}
        true({"date", "articles[0].weight"} <= fields, f"both fields are named: {fields}")
        many = {"articles": [{"headline": "", "body": []}] * 60}
        details = expect_error(lambda: typeset.RenderPage(render(many)), "INVALID_ARGUMENT")
        true(1 <= len(details["BadRequest"].field_violations) <= 10, "at most ten fields")
        true(sum(len(key) + len(value) + 32 for key, value in details["metadata"]) < 8192, "within what clients take")
        for name, call in [
            ("no page", lambda: typeset.RenderPage(T.RenderPageRequest())),
            ("no article", lambda: typeset.MeasureArticle(T.MeasureArticleRequest())),
            (
                "17 candidates",
                lambda: typeset.PlanPage(json_format.ParseDict({"page": SEED, "candidates": 17}, T.PlanPageRequest())),
            ),
            ("5000 dpi", lambda: typeset.RenderPage(render(SEED, "PREVIEW_PNG", previewDpi=5000))),
            ("no output", lambda: typeset.RenderPage(T.RenderPageRequest(page=render(SEED).page, outputs=[0]))),
            (
                "an output nobody knows",
                lambda: typeset.RenderPage(T.RenderPageRequest(page=render(SEED).page, outputs=[99])),
            ),
            ("copy that is no UTF-8", lambda: typeset.RenderPage(T.RenderPageRequest(plain_copy=b"\xff\xfe\xff"))),
            ("a token nobody gave", lambda: catalog.ListFonts(C.ListFontsRequest(page_token="x"))),
            ("another token", lambda: catalog.ListHouseStyles(C.ListHouseStylesRequest(page_token="7.1"))),
        ]:
            try:
                details = expect_error(call, "INVALID_ARGUMENT")
                true(
                    details["BadRequest"].field_violations and details["ErrorInfo"].reason.startswith("BM-"),
                    "its details",
                )
            except Exception as error:
                raise AssertionError(f"{name}: {error}") from error
        unknown = render(brief("正文。", houseStyle="tabloid"))
        for locale, accepted, word in [
            ("", None, "没有名为"),
            ("", "en-US, zh;q=0.5", "there is no"),
            ("zh-CN", "en", "没有名为"),
            ("en", None, "there is no"),
            ("", "fr", "没有名为"),
            ("", "zh;q=0.1, en", "there is no"),
        ]:
            unknown.locale = locale
            details = expect_error(
                lambda: typeset.RenderPage(unknown, metadata=[("accept-language", accepted)] if accepted else []),
                "NOT_FOUND",
                "BM-UNKNOWN",
            )
            true(word in details["text"], f"{locale} {accepted}: {details['text']}")
            equal(details["ResourceInfo"].resource_name, "tabloid", "ResourceInfo")
        over = {**SEED, "articles": [{**one, "body": one["body"] * 3} for one in SEED["articles"]]}
        call, reports = typeset.RenderPage(render(over, "PRESS_PDF", policy="POLICY_STRICT")), []

        def read():
            for message in call:
                reports.append(message.WhichOneof("part"))
            return ()

        details = expect_error(read, "FAILED_PRECONDITION", "BM-OVERSET-001")
        equal(reports, ["report"], "the report comes, nothing else")
        true(details["PreconditionFailure"].violations, "what does not fit")
        details = expect_error(
            lambda: typeset.RenderPage(T.RenderPageRequest(plain_copy=b"x" * (4 * MIB + 1))), "OUT_OF_RANGE"
        )
        details = expect_error(lambda: typeset.RenderPage(render(SEED, "ALTO_XML")), "UNIMPLEMENTED", "BM-UNSERVED")
        for path in ("/banmian.v1.TypesetService/None", "/banmian.v1.None/None"):
            call = server.channel().unary_unary(path)
            expect_error(lambda: call(b""), "UNIMPLEMENTED")
        call = server.channel().unary_unary("/banmian.v1.TypesetService/MeasureArticle")
        expect_error(lambda: call(b"\xff\xff\xff"), "INVALID_ARGUMENT")
        equal(server.figure("panics_total"), 0, "no defect was met")


@check
def a_message_above_the_limit_has_its_reason():
    with Server() as server:
        ask = T.RenderPageRequest(plain_copy=b"x" * (4 * MIB + 1))
        details = expect_error(lambda: server.typeset().RenderPage(ask), "OUT_OF_RANGE")
        true("ErrorInfo" in details, f"a status carries ErrorInfo: {details['text']}")


TENANTS = "".join(
    f"""
[[tenants]]
name = "{name}"
token_sha256 = ["{hashlib.sha256(token.encode()).hexdigest()}"]
{more}
"""
    for name, token, more in [
        ("day", "sun", ""),
        ("few", "rare", "calls_per_minute = 2"),
        ("small", "tiny", "pictures_bytes = 1000"),
    ]
)


@check
def tenants_and_tokens():
    def bearing(token):
        return [("authorization", f"Bearer {token}")]

    with Server(config=TENANTS, tls="server") as server:
        typeset, ask = server.typeset(), render(brief("正文。"))
        for metadata, name in [
            ([], "none"),
            (bearing("moon"), "wrong"),
            ([("authorization", "Basic sun")], "another scheme"),
        ]:
            expect_error(lambda: typeset.RenderPage(ask, metadata=metadata), "UNAUTHENTICATED", "BM-TOKEN")
            expect_error(lambda: typeset.UploadPicture(sending(b"x"), metadata=metadata), "UNAUTHENTICATED", "BM-TOKEN")
            expect_error(lambda: typeset.RenderBatch(iter([]), metadata=metadata), "UNAUTHENTICATED", "BM-TOKEN")
        call = grpc.composite_channel_credentials(
            grpc.ssl_channel_credentials(pem("ca")), grpc.access_token_call_credentials("sun")
        )
        with grpc.secure_channel(server.address, call) as channel:
            artifacts(TR.TypesetServiceStub(channel).RenderPage(ask))
        health = health_pb2_grpc.HealthStub(server.channel())
        equal(
            health.Check(health_pb2.HealthCheckRequest()).status,
            health_pb2.HealthCheckResponse.SERVING,
            "health needs no token",
        )
        for _ in range(2):
            artifacts(typeset.RenderPage(ask, metadata=bearing("rare")))
        details = expect_error(lambda: typeset.RenderPage(ask, metadata=bearing("rare")), "RESOURCE_EXHAUSTED", "BM-QUOTA")
        has_retry(details)
        true(details["QuotaFailure"].violations, "QuotaFailure")
        artifacts(typeset.RenderPage(ask, metadata=bearing("sun")))
        data = noise(100, 100)
        details = expect_error(
            lambda: typeset.UploadPicture(sending(data), metadata=bearing("tiny")), "RESOURCE_EXHAUSTED", "BM-QUOTA"
        )
        typeset.UploadPicture(sending(data), metadata=bearing("sun"))
        record = {
            **brief("正文。"),
            "pictures": [{"id": "p", "sha256": hashlib.sha256(data).hexdigest(), "minPpi": 20}],
        }
        press = render(record, "PRESS_PDF", policy="POLICY_STRICT")
        expect_error(lambda: typeset.RenderPage(press, metadata=bearing("tiny")), "FAILED_PRECONDITION")
        status, headers, _ = server.http("GET", "/v1/fonts")
        equal((status, headers["www-authenticate"]), (401, "Bearer"), "HTTP without a token")
        equal(server.http("GET", "/v1/fonts", headers={"authorization": "Bearer sun"})[0], 200, "HTTP with one")


@check
def calls_beyond_the_queue_are_rejected():
    with Server(workers=1, queue=1) as server:
        typeset = server.typeset()
        first = typeset.RenderPage(render(slow(1)))
        until("a page in work", lambda: server.figure("jobs_running") == 1)
        second = typeset.RenderPage(render(slow(2)))
        until("a page waits", lambda: server.figure("queue_depth") == 1)
        equal(server.http("GET", "/readyz")[0], 503, "readyz of a full server")
        begun = time.monotonic()
        details = expect_error(lambda: typeset.RenderPage(render(slow(3))), "RESOURCE_EXHAUSTED", "BM-BUSY")
        has_retry(details)
        true(time.monotonic() - begun < 5, "at once")
        status, headers, body = server.http(
            "POST", "/v1/pages:render", json.dumps({"page": brief("x。")}), {"content-type": "application/json"}
        )
        equal((status, headers["retry-after"], json.loads(body)["error"]["reason"]), (429, "1", "BM-BUSY"), "over HTTP")
        second.cancel()
        first.cancel()
        until("both are gone", lambda: server.figure("jobs_running") == 0 and server.figure("queue_depth") == 0)
        artifacts(typeset.RenderPage(render(brief("正文。"))))


@check
def deadlines_and_cancels_free_the_worker():
    with Server(workers=1) as server:
        typeset = server.typeset()
        call = typeset.RenderPage(render(slow(1)))
        until("a page in work", lambda: server.figure("jobs_running") == 1)
        call.cancel()
        expect_error(lambda: call, "CANCELLED")
        until("the worker is free", lambda: server.figure("jobs_running") == 0)
        equal(server.figure("calls_total", method="RenderPage", code="CANCELLED"), 1, "the cancel as counted")
        expect_error(lambda: typeset.RenderPage(render(slow(2)), timeout=0.5), "DEADLINE_EXCEEDED")
        until("the worker is free", lambda: server.figure("jobs_running") == 0)
        expect_error(
            lambda: typeset.PlanPage(json_format.ParseDict({"page": slow(3)}, T.PlanPageRequest()), timeout=0.5),
            "DEADLINE_EXCEEDED",
        )
        until("the worker is free", lambda: server.figure("jobs_running") == 0)
        equal(server.figure("pages_total", outcome="made"), 0, "no page was finished")
        # Closing a channel cancels its calls.
        channel = server.channel()
        held = TR.TypesetServiceStub(channel).RenderPage(render(slow(4)))
        until("a page in work", lambda: server.figure("jobs_running") == 1)
        channel.close()
        expect_error(lambda: held, "CANCELLED")
        until("the worker is free", lambda: server.figure("jobs_running") == 0)
        until("nobody is in", lambda: server.figure("calls_in_flight") == 1)
    with Server(workers=1, deadline_seconds=1) as server:
        before = server.typeset().RenderPage(render(slow(5)))
        until("a page in work", lambda: server.figure("jobs_running") == 1)
        details = expect_error(
            lambda: server.typeset().RenderPage(render(slow(4)), timeout=600), "DEADLINE_EXCEEDED", "BM-DEADLINE"
        )
        true("期限" in details["text"], "in words")
        before.cancel()


@check
def calls_in_flight_are_bounded():
    with Server(workers=1, calls=3) as server:
        typeset = server.typeset()
        held = [typeset.RenderPage(render(slow(k))) for k in range(3)]
        # The call that reads the metrics is in flight too.
        until("three calls", lambda: server.http("GET", "/metrics")[0] == 429)
        has_retry(expect_error(lambda: typeset.PlanPage(T.PlanPageRequest()), "RESOURCE_EXHAUSTED", "BM-BUSY"))
        equal(server.http("GET", "/healthz")[0], 200, "who asks for health is answered")
        for call in held:
            call.cancel()
        until("they are gone", lambda: server.figure("calls_in_flight") == 1)


# The wire.


@check
def answers_before_the_end_of_an_upload_arrive():
    data = noise(2500, 2000)
    sum_ = hashlib.sha256(data).hexdigest()
    with Server() as server:
        typeset = server.typeset()
        typeset.UploadPicture(sending(data))
        for _ in range(10):
            true(typeset.UploadPicture(sending(data, sha256=sum_)).existed, "it is there")
            expect_error(lambda: typeset.UploadPicture(sending(data, sha256="x")), "INVALID_ARGUMENT", "BM-RECORD-003")
            expect_error(lambda: typeset.UploadPicture(sending(data, total_bytes=100)), "INVALID_ARGUMENT", "BM-RECORD-003")
            expect_error(
                lambda: typeset.UploadPicture(sending(data, total_bytes=1 << 40)), "INVALID_ARGUMENT", "BM-RECORD-004"
            )
        expect_error(lambda: typeset.RenderPage(T.RenderPageRequest(plain_copy=b"x" * 20 * MIB)), "OUT_OF_RANGE")
    with Server(config=TENANTS) as server:
        typeset, wrong = server.typeset(), [("authorization", "Bearer moon")]
        for _ in range(10):
            expect_error(lambda: typeset.UploadPicture(sending(data), metadata=wrong), "UNAUTHENTICATED", "BM-TOKEN")
            expect_error(
                lambda: typeset.RenderPage(T.RenderPageRequest(plain_copy=b"x" * 4_000_000), metadata=wrong),
                "UNAUTHENTICATED",
                "BM-TOKEN",
            )


@check
def many_calls_and_many_cancels():
    with Server(workers=2, queue=500) as server:
        typeset = server.typeset()
        article = json_format.ParseDict({"article": SEED["articles"][0]}, T.MeasureArticleRequest())
        calls = [typeset.MeasureArticle.future(article) for _ in range(200)]
        answers = {call.result().SerializeToString(deterministic=True) for call in calls}
        equal(len(answers), 1, "two hundred at a time, on one connection, all the same")
        stream = typeset.RenderPage(render(SEED, "PRESS_PDF", "PREVIEW_PNG"))
        first = next(stream)
        calls = [typeset.RenderPage(render(slow(k))) for k in range(50)]
        until("fifty calls", lambda: server.figure("calls_in_flight") >= 51)
        for call in calls:
            call.cancel()

        def all_():
            yield first
            yield from stream

        artifacts(all_())
        # More resets than the server allows: the connection may end, and the next call opens another.
        for _ in range(100):
            typeset.MeasureArticle.future(article).cancel()
        typeset.MeasureArticle(article, wait_for_ready=True)
        until("nobody is in", lambda: server.figure("calls_in_flight") == 1)


@check
def fifty_megabytes_arrive_complete_with_default_limits():
    with Server() as server:
        typeset = server.typeset()
        page = gallery(typeset, 12)
        call = typeset.RenderPage(render(page, "PREVIEW_SVG"))
        _, found = artifacts(call)
        size = found[0][0].total_bytes
        true(size >= 50_000_000, f"{size} bytes")
        if "--long" in sys.argv:
            _, found = artifacts(typeset.RenderPage(render(gallery(typeset, 18, 1800, 1500), "PRESS_PDF")))
            true(found[0][0].total_bytes >= 45_000_000, f"a press file of {found[0][0].total_bytes} bytes")


@check
def a_stream_in_flight_survives_the_drain():
    drained(tls="server")
    drained(notice_seconds=1)


def drained(**settings):
    with Server(**settings) as server:
        typeset = server.typeset()
        page = gallery(typeset, 6)
        health = health_pb2_grpc.HealthStub(server.channel())
        watch = health.Watch(health_pb2.HealthCheckRequest(service="banmian.v1.TypesetService"))
        equal(next(watch).status, health_pb2.HealthCheckResponse.SERVING, "health as it is watched")
        stream = typeset.RenderPage(render(page, "PREVIEW_SVG"))
        first = [next(stream) for _ in range(4)]
        server.signal(signal.SIGTERM)
        equal(next(watch).status, health_pb2.HealthCheckResponse.NOT_SERVING, "health while it stops")
        watch.cancel()
        if "notice_seconds" in settings:
            equal(server.http("GET", "/readyz")[0], 503, "readyz while it stops")

        def all_():
            yield from first
            yield from stream

        _, found = artifacts(all_(), pause=0.02)
        true(found[0][0].total_bytes > 25_000_000, "large enough to be in flight")
        equal(stream.code(), grpc.StatusCode.OK, "the status of the stream")
        equal(server.process.wait(PATIENCE), 0, "the exit of a server that has drained")
        expect_error(lambda: typeset.RenderPage(render(brief("正文。")), timeout=20), "UNAVAILABLE")


@check
def idle_connections_do_not_delay_the_drain():
    faults = []

    def socket_alone(server):
        host, port = server.address.split(":")
        link = socket.create_connection((host, int(port)))
        time.sleep(0.3)
        return link

    def idle_channel(server):
        channel = server.channel()
        artifacts(TR.TypesetServiceStub(channel).RenderPage(render(brief("正文。"))))
        return channel

    def kept_alive(server):
        host, port = server.address.split(":")
        link = http.client.HTTPConnection(host, int(port))
        link.request("GET", "/healthz")
        link.getresponse().read()
        return link

    def watch(server):
        call = health_pb2_grpc.HealthStub(server.channel()).Watch(health_pb2.HealthCheckRequest())
        next(call)
        return call

    def idle_batch(server):
        def pages():
            yield T.RenderBatchRequest(key="k", render=render(brief("正文。")))
            time.sleep(12)

        call = server.typeset().RenderBatch(pages())
        until("the page", lambda: next(call).WhichOneof("part") == "done")
        return call

    def ended(name, prepare, **settings):
        try:
            with Server(grace_seconds=8, **settings) as server:
                held, begun = prepare(server), time.monotonic()
                server.signal(signal.SIGTERM)
                code, took = server.process.wait(PATIENCE), time.monotonic() - begun
                print(f"    {name}: exit {code} after {took:.1f} s")
                if (code, took < 7) != (0, True):
                    faults.append(f"{name}: exit {code} after {took:.1f} s")
                if prepare is idle_batch:
                    expect_error(lambda: held, "UNAVAILABLE", "BM-DRAINING")
        except Exception as error:
            faults.append(f"{name}: {error}")

    rows = [
        ("a socket that says nothing", socket_alone, {}),
        ("the same to a port with TLS", socket_alone, {"tls": "server"}),
        ("an idle channel", idle_channel, {}),
        ("the same over TLS", idle_channel, {"tls": "server"}),
        ("HTTP kept alive", kept_alive, {}),
        ("a watch of health", watch, {}),
        ("a batch that sends nothing more", idle_batch, {}),
    ]
    threads = [threading.Thread(target=ended, args=row[:2], kwargs=row[2]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(faults, [], "who holds the drain")


@check
def half_a_page_is_never_reported_as_complete_to_a_reader_who_pauses_past_the_deadline():
    with Server(deadline_seconds=5) as server:
        # Windows that do not grow, so unread data stays in the server.
        typeset = server.typeset(**{"http2.bdp_probe": 0})
        ask = render(gallery(typeset, 9), "PREVIEW_SVG")
        faults = []

        def grpc_call(batch):
            pages = iter([T.RenderBatchRequest(key="k", render=ask)])
            call, seen, ends = typeset.RenderBatch(pages) if batch else typeset.RenderPage(ask), 0, []
            try:
                for count, message in enumerate(call):
                    if count == 4:
                        time.sleep(8)
                    ends += [message.WhichOneof("part")]
                    seen += len(message.response.chunk if batch else message.chunk)
                code = call.code().name
            except grpc.RpcError as error:
                code = error.code().name
            outcome = f"{seen} bytes, then {ends[-1]} and {code}"
            # In a batch the end of the page counts.
            if seen > 42_000_000 or code == "DEADLINE_EXCEEDED" or ends[-1] == "failure":
                print(f"    {'a batch' if batch else 'gRPC'}: {outcome}")
            else:
                faults.append(f"{'a batch' if batch else 'gRPC'}: {outcome}")

        def http_call():
            host, port = server.address.split(":")
            link = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
            kinds = {"content-type": "application/json", "accept": "multipart/mixed"}
            link.request("POST", "/v1/pages:render", json_format.MessageToJson(ask), kinds)
            reply = link.getresponse()
            seen = len(reply.read(500_000))
            time.sleep(8)
            try:
                while data := reply.read(500_000):
                    seen += len(data)
                if seen < 42_000_000:
                    faults.append(f"HTTP: {seen} bytes, then the end of the body as if it were whole")
            except (http.client.IncompleteRead, ConnectionError) as error:
                print(f"    HTTP: {seen} bytes, then {type(error).__name__}")
            link.close()

        threads = [threading.Thread(target=grpc_call, args=[batch]) for batch in (False, True)] + [
            threading.Thread(target=http_call)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(faults, [], "half a page that looks whole")


@check
def compressed_requests_are_accepted_or_rejected_clearly():
    with Server() as server:
        typeset = server.typeset()
        article = json_format.ParseDict({"article": SEED["articles"][0]}, T.MeasureArticleRequest())
        for kind in (grpc.Compression.Gzip, grpc.Compression.Deflate):
            try:
                typeset.MeasureArticle(article, compression=kind)
                print(f"    {kind.name}: served")
            except grpc.RpcError as error:
                equal(error.code().name, "UNIMPLEMENTED", f"{kind.name}: {error.details()}")
                print(f"    {kind.name}: {error.code().name} {error.details()}")


@check
def headers_have_a_limit_and_a_clear_end():
    with Server() as server:
        typeset, ask = server.typeset(), render(brief("正文。"))
        artifacts(typeset.RenderPage(ask, metadata=[("x-filler", "a" * 16_000)]))
        try:
            artifacts(typeset.RenderPage(ask, metadata=[("x-filler", "a" * 40_000)]))
            print("    40 000 bytes: served")
        except grpc.RpcError as error:
            print(f"    40 000 bytes: {error.code().name} {error.details()}")
            true(error.code().name in ("RESOURCE_EXHAUSTED", "UNKNOWN", "INTERNAL", "UNAVAILABLE"), error.code().name)
        artifacts(typeset.RenderPage(ask))
        call = typeset.RenderPage(ask, metadata=[("x-request-id", "no good")])
        artifacts(call)
        request_id = dict(call.initial_metadata())["x-request-id"]
        true(request_id != "no good" and re.fullmatch(r"[A-Za-z0-9._-]{1,64}", request_id), f"a number of its own: {request_id}")
        details = expect_error(
            lambda: typeset.RenderPage(T.RenderPageRequest(), metadata=[("x-request-id", "r-1")]), "INVALID_ARGUMENT"
        )
        true(details, "a refusal has details")


@check
def the_gateway_gives_what_grpc_gives():
    with Server() as server:
        typeset, catalog = server.typeset(), CR.CatalogServiceStub(server.channel())
        ask = render(SEED, "PRESS_PDF", "PREVIEW_PNG", "RECORD_JSON")
        kind = {"content-type": "application/json"}
        messages = list(typeset.RenderPage(ask))
        body = json_format.MessageToJson(ask)
        status, _, answer_text = server.http("POST", "/v1/pages:render", body, {**kind, "accept": "application/json"})
        equal(status, 200, "the status")
        over = [json_format.ParseDict(one, T.RenderPageResponse()) for one in json.loads(answer_text)]
        equal(
            [one.SerializeToString(deterministic=True) for one in over],
            [one.SerializeToString(deterministic=True) for one in messages],
            "message by message",
        )
        _, found = artifacts(messages)
        for accept, at in [("application/pdf", 0), ("image/png", 1)]:
            status, headers, answer_text = server.http("POST", "/v1/pages:render", body, {**kind, "accept": accept})
            equal((status, headers["etag"], answer_text), (200, f'"{found[at][0].sha256}"', found[at][1]), accept)
        status, headers, answer_text = server.http("POST", "/v1/pages:render", body, {**kind, "accept": "multipart/mixed"})
        for _, data in found:
            true(data in answer_text, "each file among the parts")
        plan = json_format.ParseDict({"page": SEED}, T.PlanPageRequest())
        article = json_format.ParseDict({"article": SEED["articles"][0]}, T.MeasureArticleRequest())
        for path, request, answer in [
            ("/v1/pages:plan", plan, typeset.PlanPage(plan)),
            ("/v1/articles:measure", article, typeset.MeasureArticle(article)),
        ]:
            status, _, answer_text = server.http("POST", path, json_format.MessageToJson(request), kind)
            equal((status, json_format.Parse(answer_text, type(answer)())), (200, answer), path)
        for path, answer in [
            ("/v1/houseStyles", catalog.ListHouseStyles(C.ListHouseStylesRequest())),
            ("/v1/fonts?pageSize=3", catalog.ListFonts(C.ListFontsRequest(page_size=3))),
        ]:
            status, _, answer_text = server.http("GET", path)
            equal((status, json_format.Parse(answer_text, type(answer)())), (200, answer), path)
        data = noise(64, 64)
        put = json.loads(server.http("PUT", "/v1/pictures", data)[2])
        answer = typeset.UploadPicture(sending(data))
        equal((put["sha256"], answer.existed), (answer.sha256, True), "one store for both")
        copy = (ROOT / "seeds/000_a9ba12f2908be50a.txt").read_bytes()
        status, _, answer_text = server.http(
            "POST",
            "/v1/pages:render?output=press-pdf&policy=mark&densityStep=theory",
            copy,
            {"content-type": "text/plain; charset=utf-8", "accept": "application/pdf"},
        )
        plain = json_format.ParseDict(
            {"outputs": ["OUTPUT_PRESS_PDF"], "policy": "POLICY_MARK", "layout": {"densityStep": "theory"}},
            T.RenderPageRequest(),
        )
        plain.plain_copy = copy
        equal(answer_text, artifacts(typeset.RenderPage(plain))[1][0][1], "plain copy")
        wrong = {"page": brief("正文。", houseStyle="tabloid")}
        status, _, answer_text = server.http("POST", "/v1/pages:render", json.dumps(wrong), {**kind, "accept-language": "en"})
        error = json.loads(answer_text)["error"]
        equal(
            (status, error["code"], error["status"], error["reason"]), (404, 5, "NOT_FOUND", "BM-UNKNOWN"), "a refusal"
        )


# Reload.


def style(name):
    text = (ROOT / "src/model/broadsheet.toml").read_text()
    path = DIR / f"{name}.toml"
    path.write_text(text.replace('name = "broadsheet"', f'name = "{name}"', 1))
    return path


@check
def a_reload_takes_styles_tenants_and_certificates():
    for kind in ("pem", "key"):
        (DIR / f"live.{kind}").write_bytes(pem("server", kind))
    tls = f'[tls]\ncertificate = "{DIR}/live.pem"\nkey = "{DIR}/live.key"\n'
    with Server(config=tls) as server:
        catalog, typeset = CR.CatalogServiceStub(server.channel()), server.typeset()
        token = catalog.ListFonts(C.ListFontsRequest(page_size=2)).next_page_token
        stream = typeset.RenderPage(render(gallery(typeset, 3), "PREVIEW_SVG"))
        first = [next(stream) for _ in range(3)]
        for kind in ("pem", "key"):
            (DIR / f"live.{kind}").write_bytes(pem("moved", kind))
        server.config.write_text(f'house_styles = ["{style("evening")}"]\n{tls}')
        server.signal(signal.SIGHUP)
        until("the reload", lambda: any("reloaded" in line for line in server.lines))

        def all_():
            yield from first
            yield from stream

        artifacts(all_())
        names = [one.name for one in catalog.ListHouseStyles(C.ListHouseStylesRequest()).house_styles]
        equal(names, ["broadsheet", "evening"], "styles on the connection from before")
        expect_error(lambda: catalog.ListFonts(C.ListFontsRequest(page_size=2, page_token=token)), "INVALID_ARGUMENT")
        expect_error(lambda: server.typeset().RenderPage(render(brief("正文。")), timeout=20), "UNAVAILABLE")
        report, _ = artifacts(server.typeset(ca="other").RenderPage(render(brief("正文。", houseStyle="evening"))))
        equal(report.house_style, "evening", "a page in the new style")
        server.config.write_text("nonsense = 1\n")
        server.signal(signal.SIGHUP)
        until("the refusal", lambda: any("not reloaded" in line for line in server.lines))
        artifacts(server.typeset(ca="other").RenderPage(render(brief("二。", houseStyle="evening"))))
        server.config.write_text(f"{tls}{TENANTS}")
        server.signal(signal.SIGHUP)
        until("the reload", lambda: sum("reloaded:" in line for line in server.lines) == 2)
        expect_error(lambda: typeset.RenderPage(render(brief("三。"))), "UNAUTHENTICATED", "BM-TOKEN")
        artifacts(typeset.RenderPage(render(brief("三。")), metadata=[("authorization", "Bearer sun")]))
        server.signal(signal.SIGTERM)
        equal(server.process.wait(PATIENCE), 0, "the exit")


class Idle:
    """Opens a connection that is silent for longer than the server's ping interval, and one whose
    client pings each second."""

    def __init__(self):
        self.server, self.begun = Server(), time.monotonic()
        self.channels = [
            self.server.channel(),
            self.server.channel(
                keepalive_time_ms=1000,
                keepalive_timeout_ms=5000,
                keepalive_permit_without_calls=1,
                http2_max_pings_without_data=0,
            ),
        ]
        self.states = [[], []]
        for channel, states in zip(self.channels, self.states):
            artifacts(TR.TypesetServiceStub(channel).RenderPage(render(brief("正文。"))))
            channel.subscribe(lambda state, states=states: states.append(state.name))
        self.watch = health_pb2_grpc.HealthStub(self.channels[1]).Watch(health_pb2.HealthCheckRequest())
        next(self.watch)

    def end(self):
        # The server pings after 20 s and waits 5 s for the answer.
        time.sleep(max(0, self.begun + 27 - time.monotonic()))
        for channel, states in zip(self.channels, self.states):
            equal([state for state in states if state != "READY"], [], "the connection stays")
            artifacts(TR.TypesetServiceStub(channel).RenderPage(render(brief("二。"))))
        self.watch.cancel()
        equal(self.server.figure("connections_refused_total"), 0, "none was ended by the server")


def main():
    requested = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    begun, failed, ran = time.monotonic(), [], 0
    make_certificates()
    idle = None if requested else Idle()

    def pings_and_long_silence_are_no_offence():
        idle.end()

    checks = [one for one in CHECKS if not requested or any(name in one.__name__ for name in requested)]
    for one in checks + ([pings_and_long_silence_are_no_offence] if idle else []):
        start = time.monotonic()
        try:
            one()
            verdict = "ok"
        except Exception:
            verdict = "FAILED"
            failed.append((one.__name__, traceback.format_exc()))
        ran += 1
        print(f"{verdict:6} {time.monotonic() - start:5.1f} s  {one.__name__.replace('_', ' ')}", flush=True)
    if idle:
        idle.server.__exit__()
    for name, text in failed:
        print(f"\n{name}\n{text}", file=sys.stderr)
    print(f"{ran - len(failed)} of {ran} checks passed in {time.monotonic() - begun:.1f} s (grpcio {grpc.__version__})")
    sys.stdout.flush()
    # Idle channels do not delay the end.
    TEMP.cleanup()
    os._exit(1 if failed or not ran else 0)


if __name__ == "__main__":
    main()
