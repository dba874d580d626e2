#!/usr/bin/env python3
"""Renders one newspaper page over gRPC: a PageRecord as JSON, or plain copy.

No file is written before all have come whole. The exit codes are in README.md.
"""

import argparse
import hashlib
import os
import sys
import tempfile
from pathlib import Path

import grpc
from google.protobuf import json_format
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from grpc_tools import protoc

PROTO = Path(__file__).resolve().parents[2] / "proto"
# Exit codes by status, as in `banmian render --remote`; every other status is 2.
EXIT = {"FAILED_PRECONDITION": 1, "UNAVAILABLE": 69, "RESOURCE_EXHAUSTED": 69, "DEADLINE_EXCEEDED": 69,
        "CANCELLED": 69, "INTERNAL": 70, "UNKNOWN": 70, "DATA_LOSS": 70}
# A report is one message and may be larger than the 4 MiB that gRPC takes by default.
MESSAGE_BYTES = 64 << 20


def load_contract():
    """Compiles the contract in a temporary folder and imports it."""
    with tempfile.TemporaryDirectory() as folder:
        files = map(str, PROTO.glob("banmian/v1/*.proto"))
        if protoc.main(["", f"-I{PROTO}", f"--python_out={folder}", f"--grpc_python_out={folder}", *files]):
            sys.exit(70)
        sys.path.insert(0, folder)
        from banmian.v1 import finding_pb2, typeset_pb2, typeset_pb2_grpc
    return finding_pb2, typeset_pb2, typeset_pb2_grpc


def connect(args):
    """Opens a channel, unencrypted unless a certificate or `--tls` requests TLS."""
    options = [("grpc.max_receive_message_length", MESSAGE_BYTES)]
    if not (args.tls or args.ca or args.cert):
        return grpc.insecure_channel(args.address, options)
    files = (path.read_bytes() if path else None for path in (args.ca, args.key, args.cert))
    return grpc.secure_channel(args.address, grpc.ssl_channel_credentials(*files), options)


def metadata(args):
    """Returns the bearer token. It is not an argument, which other users could read."""
    token = args.token_file.read_text().strip() if args.token_file else os.environ.get("BANMIAN_TOKEN")
    return [("authorization", f"Bearer {token}")] if token else []


def build_request(args, typeset):
    outputs = [typeset.Output.Value("OUTPUT_" + name.upper().replace("-", "_")) for name in args.output.split(",")]
    request = typeset.RenderPageRequest(outputs=outputs, locale=args.locale, name=args.source.stem)
    if args.source.suffix == ".json":
        layout = json_format.Parse(args.source.read_bytes(), request.page).layout
    else:
        request.plain_copy = args.source.read_bytes()
        layout = request.layout
    if args.density_step:
        layout.density_step = args.density_step
    return request


def print_report(report, finding, language):
    print(f"{report.geometry.date}  {report.house_style}/{report.density_step}  {report.characters} 字  "
          f"{report.geometry.utilisation:.1%}  {report.layout_hash[:12]}")
    for it in report.articles:
        print(f"  {it.article_id}  {it.characters} 字  {it.headline}  {' '.join(it.authors)}")
    for it in report.geometry.fit:
        print(f"  {it.article_id}  {it.set_lines}/{it.capacity_lines} 行  余稿 {it.over_chars} 字")
    for it in report.findings:
        text = f"{getattr(it.message, language)} {getattr(it.remedy, language)}"
        severity = finding.Severity.Name(it.severity).removeprefix("SEVERITY_")
        print(f"  {severity} {it.code} {it.field or it.source_line or '-'}: {text}")
    print(" ", *(f"{it.stage} {it.micros / 1000:.1f} ms" for it in report.stage_times), flush=True)


def receive(stream, on_report):
    """Returns the artifacts by file name, after checking size and SHA-256 of each."""
    artifacts, header = {}, None
    for message in stream:
        part = message.WhichOneof("part")
        if part == "report":
            on_report(message.report)
        elif part == "artifact_header" and not header:
            header, data = message.artifact_header, bytearray()
        elif part == "chunk" and header:
            data += message.chunk
        elif part == "artifact_end" and header:
            end, got = message.artifact_end, (len(data), hashlib.sha256(data).hexdigest())
            if not got == (header.total_bytes, header.sha256) == (end.total_bytes, end.sha256):
                raise RuntimeError(f"{header.file_name}: size or SHA-256 differs")
            artifacts[Path(header.file_name).name], header = data, None
        else:
            raise RuntimeError(f"unexpected message: {part}")
    if header or not artifacts:
        raise RuntimeError("the stream ended early")
    return artifacts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.error = lambda message: parser.exit(64, f"{parser.format_usage()}{message}\n")
    parser.add_argument("source", type=Path, help="record (.json), else plain copy")
    parser.add_argument("--address", default="127.0.0.1:50051", help="host:port of the server")
    parser.add_argument("--tls", action="store_true", help="TLS with the root certificates of gRPC")
    parser.add_argument("--ca", type=Path, help="TLS with these root certificates (PEM)")
    parser.add_argument("--cert", type=Path, help="client certificate for mutual TLS (PEM)")
    parser.add_argument("--key", type=Path, help="key of the client certificate (PEM)")
    parser.add_argument("--token-file", type=Path, help="file with the bearer token; default: variable BANMIAN_TOKEN")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the files")
    parser.add_argument("--output", default="press-pdf,preview-png,record-json", help="outputs, separated by commas")
    parser.add_argument("--density-step", default="", help="e.g. theory; overrides the record")
    parser.add_argument("--locale", default="zh-CN", choices=["zh-CN", "en"])
    parser.add_argument("--timeout", type=float, default=60, help="seconds")
    args = parser.parse_args()
    if bool(args.cert) != bool(args.key):
        parser.error("--cert and --key must be given together")
    finding, typeset, rpc = load_contract()
    try:
        request = build_request(args, typeset)
        with connect(args) as channel:
            call = rpc.TypesetServiceStub(channel).RenderPage
            stream = call(request, timeout=args.timeout, metadata=metadata(args))
            artifacts = receive(stream, lambda it: print_report(it, finding, args.locale[:2]))
        args.out.mkdir(parents=True, exist_ok=True)
        for name, data in artifacts.items():
            (args.out / name).write_bytes(data)
            print(f"  {args.out / name}  {len(data)} B")
    except grpc.RpcError as error:
        status = rpc_status.from_call(error)
        for detail in status.details if status else ():
            if detail.Unpack(request := error_details_pb2.BadRequest()):
                for it in request.field_violations:
                    print(f"  {it.field}: {it.description}", file=sys.stderr)
        parser.exit(EXIT.get(error.code().name, 2), f"{error.code().name}: {error.details()}\n")
    except (json_format.ParseError, UnicodeDecodeError) as error:
        parser.exit(2, f"{args.source}: {error}\n")
    except (OSError, RuntimeError, ValueError) as error:
        parser.exit(70 if isinstance(error, RuntimeError) else 64, f"{error}\n")


if __name__ == "__main__":
    main()
