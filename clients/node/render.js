#!/usr/bin/env node
// Renders one newspaper page over gRPC: a PageRecord as JSON, or plain copy.
//
// Files are written only after all of them have arrived complete. Options and exit codes are in
// ../README.md.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const PROTO = fileURLToPath(new URL('../../proto/', import.meta.url));
const FILES = readdirSync(join(PROTO, 'banmian/v1')).map((name) => join('banmian/v1', name));
// Exit codes by status, as in `banmian render --remote`; every other status is 2.
const EXIT = {
  FAILED_PRECONDITION: 1, UNAVAILABLE: 69, RESOURCE_EXHAUSTED: 69, DEADLINE_EXCEEDED: 69, CANCELLED: 69,
  INTERNAL: 70, UNKNOWN: 70, DATA_LOSS: 70,
};
// A report is one message and may be larger than the 4 MiB that gRPC takes by default.
const MESSAGE_BYTES = 64 << 20;
// The message of google.rpc that names the fields in a status.
const DETAILS = protobuf.parse(`syntax = "proto3";
  message Status { repeated Any details = 3; }
  message Any { string type_url = 1; bytes value = 2; }
  message BadRequest { repeated Violation violations = 1; }
  message Violation { string field = 1; string description = 2; }`).root;

/** Reason for ending the program, with its exit code. */
class Failure extends Error {
  constructor(exit, message) {
    super(message);
    this.exit = exit;
  }
}

/** Runs a step; an exception in it ends the program with this exit code. */
function orExit(exit, step) {
  try {
    return step();
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(exit, error.message);
  }
}

function parse() {
  const text = (value) => ({ type: 'string', default: value });
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      address: text('127.0.0.1:50051'), out: text('out'), output: text('press-pdf,preview-png,record-json'),
      'density-step': text(''), locale: text('zh-CN'), timeout: text('60'), tls: { type: 'boolean' },
      ca: text(''), cert: text(''), key: text(''), 'token-file': text(''),
    },
  });
  if (positionals.length !== 1) throw new Error('usage: render.js SOURCE [options]; see ../README.md');
  if (!values.cert !== !values.key) throw new Error('--cert and --key must be given together');
  if (!(Number(values.timeout) > 0)) throw new Error('--timeout must be a number of seconds');
  return { ...values, source: positionals[0] };
}

function loadContract() {
  const options = { includeDirs: [PROTO], longs: String, enums: String, defaults: true, oneofs: true };
  const root = new protobuf.Root();
  root.resolvePath = (_, file) => join(PROTO, file);
  root.loadSync(FILES).resolveAll();
  return { root, ...grpc.loadPackageDefinition(protoLoader.loadSync(FILES, options)).banmian.v1 };
}

const SCALARS = { string: 'string', bytes: 'string', bool: 'boolean', double: 'number', uint32: 'number', int32: 'number' };

/** Rejects JSON that `fromObject` would ignore or convert: unknown names and wrong types. */
function check(type, value, path) {
  if (type instanceof protobuf.Enum) {
    if (!(value in type.values)) throw new Error(`${path}: ${value} is not a ${type.name}`);
    return;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error(`${path || 'record'}: not an object`);
  for (const [name, inner] of Object.entries(value)) {
    const field = type.fields[name];
    const at = path ? `${path}.${name}` : name;
    if (!field) throw new Error(`${at}: unknown field`);
    if (field.repeated && !Array.isArray(inner)) throw new Error(`${at}: not a list`);
    const items = field.repeated ? inner.map((it, k) => [it, `${at}[${k}]`]) : [[inner, at]];
    for (const [it, where] of items) {
      if (field.resolvedType) check(field.resolvedType, it, where);
      else if (typeof it !== SCALARS[field.type]) throw new Error(`${where}: not a ${field.type}`);
    }
  }
}

function buildRequest(args, root) {
  const name = basename(args.source, extname(args.source));
  const outputs = args.output.split(',').map((it) => `OUTPUT_${it.toUpperCase().replaceAll('-', '_')}`);
  const kinds = root.lookupEnum('banmian.v1.Output').values;
  const unknown = outputs.find((it) => !(it in kinds));
  if (unknown) throw new Failure(64, `--output: unknown output ${unknown}`);
  const bytes = orExit(64, () => readFileSync(args.source));
  const layout = args['density-step'] ? { densityStep: args['density-step'] } : {};
  const request = { outputs, locale: args.locale, name };
  if (extname(args.source) !== '.json') return { ...request, plainCopy: bytes, layout };
  return orExit(2, () => {
    const page = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    check(root.lookupType('banmian.v1.PageRecord'), page, '');
    return { ...request, page: { ...page, layout: { ...page.layout, ...layout } } };
  });
}

function connect(args, TypesetService) {
  const read = (file) => (file ? readFileSync(file) : null);
  const tls = args.tls || args.ca || args.cert;
  const credentials = tls
    ? grpc.credentials.createSsl(read(args.ca), read(args.key), read(args.cert))
    : grpc.credentials.createInsecure();
  const metadata = new grpc.Metadata();
  const token = args['token-file'] ? readFileSync(args['token-file'], 'utf8').trim() : process.env.BANMIAN_TOKEN;
  if (token) metadata.set('authorization', `Bearer ${token}`);
  const options = { 'grpc.max_receive_message_length': MESSAGE_BYTES };
  return { client: new TypesetService(args.address, credentials, options), metadata };
}

function printReport(report, locale) {
  const language = locale.slice(0, 2);
  const { geometry } = report;
  console.log(`${geometry?.date}  ${report.houseStyle}/${report.densityStep}  ${report.characters} 字  `
    + `${(100 * (geometry?.utilisation ?? 0)).toFixed(1)}%  ${report.layoutHash.slice(0, 12)}`);
  for (const it of report.articles) {
    console.log(`  ${it.articleId}  ${it.characters} 字  ${it.headline}  ${it.authors.join(' ')}`);
  }
  for (const it of geometry?.fit ?? []) {
    console.log(`  ${it.articleId}  ${it.setLines}/${it.capacityLines} 行  余稿 ${it.overChars} 字`);
  }
  for (const it of report.findings) {
    const text = `${it.message?.[language] ?? ''} ${it.remedy?.[language] ?? ''}`;
    console.log(`  ${it.severity.replace('SEVERITY_', '')} ${it.code} ${it.field || it.sourceLine || '-'}: ${text}`);
  }
  console.log(' ', ...report.stageTimes.map((it) => `${it.stage} ${(it.micros / 1000).toFixed(1)} ms`));
}

/** Returns the artifacts by file name, after checking size and SHA-256 of each. */
async function receive(stream, onReport) {
  const artifacts = new Map();
  let header = null;
  let chunks = [];
  for await (const message of stream) {
    if (message.part === 'report') {
      onReport(message.report);
    } else if (message.part === 'artifactHeader' && !header) {
      header = message.artifactHeader;
      chunks = [];
    } else if (message.part === 'chunk' && header) {
      chunks.push(message.chunk);
    } else if (message.part === 'artifactEnd' && header) {
      const data = Buffer.concat(chunks);
      const sha256 = createHash('sha256').update(data).digest('hex');
      const same = (it) => it.totalBytes === String(data.length) && it.sha256 === sha256;
      if (!same(header) || !same(message.artifactEnd)) throw new Failure(70, `${header.fileName}: size or SHA-256 differs`);
      artifacts.set(basename(header.fileName), data);
      header = null;
    } else {
      throw new Failure(70, `unexpected message: ${message.part}`);
    }
  }
  if (header || !artifacts.size) throw new Failure(70, 'the stream ended early');
  return artifacts;
}

/** Returns the fields that a status names. */
function* violations(metadata) {
  for (const bytes of metadata?.get('grpc-status-details-bin') ?? []) {
    for (const any of DETAILS.lookupType('Status').decode(bytes).details) {
      if (!any.typeUrl.endsWith('/google.rpc.BadRequest')) continue;
      yield* DETAILS.lookupType('BadRequest').decode(any.value).violations;
    }
  }
}

async function main() {
  const args = orExit(64, parse);
  const contract = loadContract();
  const request = buildRequest(args, contract.root);
  const { client, metadata } = orExit(64, () => connect(args, contract.TypesetService));
  const deadline = Date.now() + 1000 * Number(args.timeout);
  const artifacts = await receive(client.RenderPage(request, metadata, { deadline }), (report) => printReport(report, args.locale));
  client.close();
  orExit(64, () => {
    mkdirSync(args.out, { recursive: true });
    for (const [name, data] of artifacts) {
      writeFileSync(join(args.out, name), data);
      console.log(`  ${join(args.out, name)}  ${data.length} B`);
    }
  });
}

main().catch((error) => {
  const status = grpc.status[error.code];
  for (const it of violations(error.metadata)) console.error(`  ${it.field}: ${it.description}`);
  console.error(status ? `${status}: ${error.details}` : error.message);
  process.exit(status ? (EXIT[status] ?? 2) : (error.exit ?? 70));
});
