// Calls the service over the wire from Node: @grpc/grpc-js, gRPC-web as browsers use it
// (connect-web over fetch, Google's grpc-web over XMLHttpRequest, frames by hand), and fetch for
// JSON. Run it as README.md says.

import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import { create, createFileRegistry, fromBinary, fromJson, toBinary, toJson } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const ROOT = process.env.WIRE_ROOT ?? fileURLToPath(new URL('../../', import.meta.url));
const PROGRAM = process.env.WIRE_PROGRAM ?? join(ROOT, 'target/release/banmian');
const PROTO = join(ROOT, 'proto');
const FILES = readdirSync(join(PROTO, 'banmian/v1')).map((name) => `banmian/v1/${name}`);
const DIR = mkdtempSync(join(tmpdir(), 'wire-'));
const MIB = 1 << 20;
// Time limit for a busy machine; nothing takes that long on an idle one.
const PATIENCE = 60_000;
const SLOW = { timeout: 2 * PATIENCE };

const api = grpc.loadPackageDefinition(
  protoLoader.loadSync(FILES, {
    includeDirs: [PROTO],
    enums: String,
    longs: String,
    defaults: true,
    oneofs: true,
  }),
).banmian.v1;
const root = new protobuf.Root();
root.resolvePath = (_, file) => join(PROTO, file);
root.loadSync(FILES).resolveAll();

// The parts of other services' contracts that are used here.
const OTHERS = protobuf.parse(`syntax = "proto3";
  message HealthRequest { string service = 1; }
  message HealthResponse { int32 status = 1; }
  message ReflectionRequest { string host = 1; string file_by_filename = 3; string list_services = 7; }
  message ReflectionResponse { Files file_descriptor_response = 4; Services list_services_response = 6; Problem error_response = 7; }
  message Files { repeated bytes file_descriptor_proto = 1; }
  message Services { repeated Service service = 1; }
  message Service { string name = 1; }
  message Problem { int32 error_code = 1; string error_message = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Any { string type_url = 1; bytes value = 2; }
  message BadRequest { repeated Violation field_violations = 1; }
  message Violation { string field = 1; string description = 2; }
  message ErrorInfo { string reason = 1; string domain = 2; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  message QuotaFailure { repeated Violation violations = 1; }
  message PreconditionFailure { repeated Violation violations = 1; }
  message ResourceInfo { string resource_type = 1; string resource_name = 2; }`).root;

function method(path, requestStream, responseStream, request, response) {
  const [ask, answer] = [OTHERS.lookupType(request), OTHERS.lookupType(response)];
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: (value) => Buffer.from(ask.encode(ask.fromObject(value)).finish()),
    requestDeserialize: (bytes) => ask.decode(bytes),
    responseSerialize: (value) => Buffer.from(answer.encode(value).finish()),
    responseDeserialize: (bytes) => answer.decode(bytes),
  };
}
const Health = grpc.makeGenericClientConstructor(
  {
    check: method('/grpc.health.v1.Health/Check', false, false, 'HealthRequest', 'HealthResponse'),
    watch: method('/grpc.health.v1.Health/Watch', false, true, 'HealthRequest', 'HealthResponse'),
  },
  'Health',
);
const Reflection = grpc.makeGenericClientConstructor(
  {
    info: method(
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      true,
      true,
      'ReflectionRequest',
      'ReflectionResponse',
    ),
  },
  'Reflection',
);

// Certificates.

const openssl = (...args) => execFileSync('openssl', args.map(String), { cwd: DIR, stdio: 'ignore' });
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const pem = (name, kind = 'pem') => (name ? readFileSync(join(DIR, `${name}.${kind}`)) : null);

function makeCertificates() {
  for (const name of ['ca', 'other']) {
    openssl(
      'req',
      '-x509',
      ...EC,
      '-days',
      2,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      `/CN=${name}`,
      '-addext',
      'keyUsage=critical,keyCertSign',
    );
  }
  writeFileSync(join(DIR, 'ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n');
  for (const [name, by, days] of [
    ['server', 'ca', 2],
    ['client', 'ca', 2],
    ['late', 'ca', -1],
    ['foreign', 'other', 2],
    ['moved', 'other', 2],
  ]) {
    openssl('req', ...EC, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      `${by}.pem`,
      '-CAkey',
      `${by}.key`,
      '-CAcreateserial',
      '-days',
      days,
      '-extfile',
      'ext',
      '-out',
      `${name}.pem`,
    );
  }
}

// Servers and clients.

/** A server process on its own port; it is stopped when its test ends. */
class Server {
  static async start(t, settings = {}, { config = '', tls, clientCa } = {}) {
    const server = new Server();
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('BANMIAN_'));
    const overrides = Object.entries(settings).map(([name, value]) => [`BANMIAN_${name.toUpperCase()}`, String(value)]);
    server.config = join(DIR, `${randomBytes(6).toString('hex')}.toml`);
    writeFileSync(server.config, config);
    const args = ['serve', '--listen', '127.0.0.1:0', '--log', 'off', '--config', server.config];
    if (tls) args.push('--tls-certificate', join(DIR, `${tls}.pem`), '--tls-key', join(DIR, `${tls}.key`));
    if (clientCa) args.push('--tls-client-ca', join(DIR, `${clientCa}.pem`));
    server.tls = Boolean(tls) || config.includes('[tls]');
    server.process = spawn(PROGRAM, args, {
      env: Object.fromEntries([...kept, ...overrides]),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server.exit = once(server.process, 'exit').then(([code]) => code);
    server.output = '';
    server.clients = [];
    for (const pipe of [server.process.stdout, server.process.stderr])
      pipe.on('data', (data) => {
        server.output += data;
      });
    t.after(() => server.end());
    await until('the server', () => /:\/\/\S+\n/.test(server.output) || server.process.exitCode !== null);
    const address = /:\/\/(\S+)\n/.exec(server.output);
    assert.ok(address, server.output);
    [, server.address] = address;
    return server;
  }

  async end() {
    for (const client of this.clients) client.close();
    if (this.process.exitCode === null) this.process.kill('SIGKILL');
    await this.exit;
  }

  client(Service, { ca = 'ca', own, ...options } = {}) {
    const credentials = this.tls
      ? grpc.credentials.createSsl(pem(ca), pem(own, 'key'), pem(own))
      : grpc.credentials.createInsecure();
    const client = new Service(this.address, credentials, {
      'grpc.use_local_subchannel_pool': 1,
      ...(this.tls && { 'grpc.ssl_target_name_override': 'localhost' }),
      ...options,
    });
    this.clients.push(client);
    return client;
  }

  typeset(options) {
    return this.client(api.TypesetService, options);
  }

  url(path) {
    return `http://${this.address}${path}`;
  }

  async figure(name, labels = '') {
    const text = await (await fetch(this.url('/metrics'))).text();
    const line = text.split('\n').find((it) => it.startsWith(`banmian_${name}${labels} `));
    return line ? Number(line.split(' ').at(-1)) : 0;
  }
}

async function until(what, condition) {
  const end = Date.now() + PATIENCE;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await sleep(20);
  }
}

/** Makes a unary call; returns a promise. */
const ask = (client, name, request, metadata = new grpc.Metadata(), options = {}) =>
  new Promise((resolve, reject) => {
    client[name](request, metadata, options, (error, answer) => (error ? reject(error) : resolve(answer)));
  });

async function all(stream) {
  const messages = [];
  for await (const message of stream) messages.push(message);
  return messages;
}

function metadata(pairs) {
  const out = new grpc.Metadata();
  for (const [name, value] of Object.entries(pairs)) out.set(name, value);
  return out;
}

function upload(client, data, header = {}, meta = new grpc.Metadata(), size = MIB) {
  return new Promise((resolve, reject) => {
    const call = client.UploadPicture(meta, (error, answer) => (error ? reject(error) : resolve(answer)));
    call.write({ header });
    for (let start = 0; start < data.length; start += size) call.write({ chunk: data.subarray(start, start + size) });
    call.end();
  });
}

// Pages.

const SEED = JSON.parse(readFileSync(join(ROOT, 'seeds/20231029.json'), 'utf8'));
const brief = (text, layout = {}) => ({ articles: [{ headline: '标题', body: [{ paragraph: { text } }] }], layout });
/** Returns a page that takes seconds to render: a hundred long heads. */
const slow = (number) => ({
  articles: Array.from({ length: 100 }, (_, k) => ({
    headline: `第${number}${k}篇${'这个标题写得很长'.repeat(9)}`,
    body: [{ paragraph: { text: '正文。'.repeat(40) } }],
  })),
});
const render = (page, outputs = ['GEOMETRY_JSON'], more = {}) => ({
  page,
  outputs: outputs.map((it) => `OUTPUT_${it}`),
  policy: 'POLICY_MARK',
  ...more,
});

/** Returns an incompressible picture as PNG. */
function noise(width = 1200, height = 1000) {
  const rows = randomBytes((1 + 3 * width) * height);
  for (let row = 0; row < height; row += 1) rows[row * (1 + 3 * width)] = 0;
  const block = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length);
    frame.writeUInt32BE(crc32 ? crc32(body) : crc(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    block('IHDR', head),
    block('IDAT', deflateSync(rows, { level: 0 })),
    block('IEND', Buffer.alloc(0)),
  ]);
}

/** CRC-32, for Node before 20.15. */
function crc(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** Uploads pictures of noise, some 4.8 MB each in SVG, and returns a page of them. */
async function gallery(client, count) {
  const pictures = [];
  for (let k = 0; k < count; k += 1) {
    const data = noise();
    const { sha256 } = await upload(client, data, { totalBytes: data.length });
    assert.equal(sha256, sumOf(data));
    pictures.push({ id: `p${k}`, sha256, minPpi: 30, columns: 3 });
  }
  return { ...brief('正文。'), pictures };
}

// Expectations.

const sumOf = (data) => createHash('sha256').update(data).digest('hex');

/** Checks a page's messages (order, sizes, checksums); returns the report and the artifacts. */
function artifacts(messages) {
  assert.equal(messages[0].part, 'report');
  const found = [];
  let [header, chunks] = [null, []];
  for (const message of messages.slice(1)) {
    if (message.part === 'artifactHeader') {
      assert.equal(header, null, 'artifacts do not interleave');
      [header, chunks] = [message.artifactHeader, []];
    } else if (message.part === 'chunk') {
      assert.ok(header && message.chunk.length >= 1 && message.chunk.length <= MIB, 'a chunk of 1 byte to 1 MiB');
      chunks.push(message.chunk);
    } else {
      assert.equal(message.part, 'artifactEnd');
      const data = Buffer.concat(chunks);
      const sums = [header.output, String(data.length), sumOf(data)];
      assert.deepEqual([header.output, String(header.totalBytes), header.sha256], sums);
      const end = message.artifactEnd;
      assert.deepEqual([end.output, String(end.totalBytes), end.sha256], sums);
      found.push({ header, data });
      header = null;
    }
  }
  assert.equal(header, null, 'whole artifacts before status OK');
  return { report: messages[0].report, found };
}

function detailsOf(bytes) {
  const details = {};
  if (!bytes) return details;
  for (const any of OTHERS.lookupType('Status').decode(bytes).details) {
    const name = any.typeUrl.split('.').at(-1);
    details[name] = OTHERS.lookupType(name).decode(any.value);
  }
  return details;
}

/** Expects a call to fail; returns the details of its status by name, and the text. */
async function expectError(call, code, reason) {
  let error;
  try {
    await call();
  } catch (caught) {
    error = caught;
  }
  assert.ok(error, `it is answered, ${code} was expected`);
  assert.equal(grpc.status[error.code], code, `${error.stack}`);
  const details = detailsOf(error.metadata?.get('grpc-status-details-bin')[0]);
  if (reason)
    assert.deepEqual([details.ErrorInfo?.reason, details.ErrorInfo?.domain], [reason, 'banmian'], error.details);
  return { ...details, text: error.details };
}

/** Reads the descriptors of the contract by server reflection. */
async function reflected(server, options) {
  const call = server.client(Reflection, options).info();
  const names = FILES.map((name) => ({ fileByFilename: name }));
  for (const request of [{ listServices: '*' }, ...names]) call.write(request);
  call.end();
  const [services, ...answers] = await all(call);
  const files = new Map();
  for (const answer of answers) {
    assert.ok(!answer.errorResponse, answer.errorResponse?.errorMessage);
    for (const bytes of answer.fileDescriptorResponse.fileDescriptorProto) files.set(sumOf(bytes), bytes);
  }
  // Each file comes after those that it imports.
  const open = [...files.values()].map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  const sorted = [];
  const place = (file) => {
    if (sorted.includes(file)) return;
    for (const name of file.dependency) place(open.find((it) => it.name === name));
    sorted.push(file);
  };
  open.forEach(place);
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: sorted }));
  return { services: services.listServicesResponse.service.map((it) => it.name), registry };
}

async function everyCall(server, options) {
  const typeset = server.typeset(options);
  const call = typeset.RenderPage(
    render(SEED, ['PRESS_PDF', 'PREVIEW_PNG', 'GEOMETRY_JSON', 'RECORD_JSON']),
    metadata({ 'x-request-id': 'ticket-9' }),
  );
  const headers = once(call, 'metadata');
  const { report, found } = artifacts(await all(call));
  assert.deepEqual((await headers)[0].get('x-request-id'), ['ticket-9']);
  assert.deepEqual(
    found.map((it) => it.header.output),
    ['OUTPUT_PRESS_PDF', 'OUTPUT_PREVIEW_PNG', 'OUTPUT_GEOMETRY_JSON', 'OUTPUT_RECORD_JSON'],
  );
  assert.equal(found[0].data.subarray(0, 5).toString(), '%PDF-');
  assert.equal(JSON.parse(found[2].data).layoutHash, report.layoutHash);

  const plan = await ask(typeset, 'PlanPage', { page: SEED, candidates: 2 });
  assert.equal(plan.candidates[0].geometry.layoutHash, report.layoutHash);
  const measured = await ask(typeset, 'MeasureArticle', { article: SEED.articles[0], columnCounts: [1, 2] });
  assert.deepEqual(
    measured.measures.map((it) => it.columns),
    [1, 2],
  );

  const catalog = server.client(api.CatalogService, options);
  assert.equal((await ask(catalog, 'ListHouseStyles', {})).houseStyles[0].name, 'broadsheet');
  const fonts = [];
  let [token, rounds] = ['', 0];
  do {
    const answer = await ask(catalog, 'ListFonts', { pageSize: 4, pageToken: token });
    fonts.push(...answer.fonts.map((it) => it.name));
    [token, rounds] = [answer.nextPageToken, rounds + 1];
  } while (token);
  assert.ok(rounds > 1);
  assert.deepEqual(
    fonts,
    (await ask(catalog, 'ListFonts', {})).fonts.map((it) => it.name),
  );

  const health = server.client(Health, options);
  for (const service of ['', 'banmian.v1.TypesetService', 'banmian.v1.CatalogService']) {
    assert.equal((await ask(health, 'check', { service })).status, 1, service);
  }
  await expectError(() => ask(health, 'check', { service: 'none' }), 'NOT_FOUND');
  const { services, registry } = await reflected(server, options);
  for (const name of ['TypesetService', 'CatalogService', 'ProofService'])
    assert.ok(services.includes(`banmian.v1.${name}`), name);
  assert.ok(registry.getService('banmian.v1.TypesetService').method.renderPage);
  const proofs = server.client(api.ProofService, options);
  for (const name of ['SaveRound', 'GetRound', 'ListRounds', 'CompareRounds', 'SignRound']) {
    await expectError(() => ask(proofs, name, {}), 'UNIMPLEMENTED', 'BM-UNSERVED');
  }
}

before(makeCertificates);
after(() => rmSync(DIR, { recursive: true }));

test('grpc-js: every call in the clear, over TLS and mutual TLS', SLOW, async (t) => {
  await everyCall(await Server.start(t));
  await everyCall(await Server.start(t, {}, { tls: 'server' }));
  await everyCall(await Server.start(t, {}, { tls: 'server', clientCa: 'ca' }), { own: 'client' });
});

test('grpc-js: untrusted clients cannot connect', SLOW, async (t) => {
  const server = await Server.start(t, {}, { tls: 'server', clientCa: 'ca' });
  for (const options of [{}, { own: 'late' }, { own: 'foreign' }, { ca: 'other', own: 'client' }]) {
    await expectError(
      () => all(server.typeset(options).RenderPage(render(brief('正文。')), { deadline: Date.now() + 20_000 })),
      'UNAVAILABLE',
    );
  }
  artifacts(await all(server.typeset({ own: 'client' }).RenderPage(render(brief('正文。')))));
});

test('grpc-js: batches answer page by page', SLOW, async (t) => {
  const server = await Server.start(t, { workers: 2 });
  const call = server.typeset().RenderBatch();
  const pages = [
    ['slow', slow(1)],
    ['quick', brief('一。')],
    ['bad', brief('正文。', { houseStyle: 'none' })],
    ['quick', brief('二。')],
  ];
  for (const [key, page] of pages) call.write({ key, render: render(page) });
  call.end();
  const messages = await all(call);
  const runs = [];
  let run = [];
  for (const message of messages) {
    if (run.length) assert.equal(message.key, run[0].key, 'the messages of a page come together');
    run.push(message);
    if (message.part !== 'response') {
      runs.push(run);
      run = [];
    }
  }
  assert.equal(run.length, 0);
  const answered = runs.map((it) => [it[0].key, it.at(-1).part === 'done' ? 'done' : it.at(-1).failure.code]);
  assert.equal(answered.length, 4);
  assert.deepEqual(answered.at(-1), ['slow', 'done'], 'in order of completion');
  assert.deepEqual(answered.map(String).sort(), ['bad,BM-UNKNOWN', 'quick,BM-RECORD-003', 'quick,done', 'slow,done']);
  for (const it of runs.filter((pages_) => pages_.at(-1).part === 'done'))
    artifacts(it.slice(0, -1).map((message) => message.response));

  const left = server.typeset().RenderBatch();
  left.on('error', () => {});
  for (let k = 2; k < 6; k += 1) left.write({ key: String(k), render: render(slow(k)) });
  await until('pages in work', async () => (await server.figure('jobs_running')) === 2);
  left.cancel();
  await until('the workers are free', async () => (await server.figure('jobs_running')) === 0);
});

test('grpc-js: rejections have code, reason, fields and language', SLOW, async (t) => {
  const server = await Server.start(t);
  const typeset = server.typeset();
  const rendered = (request, meta) => () => all(typeset.RenderPage(request, meta ?? new grpc.Metadata()));
  const wrong = { ...brief('正文。'), date: '2023-02-30' };
  const { BadRequest } = await expectError(rendered(render(wrong)), 'INVALID_ARGUMENT');
  assert.equal(BadRequest.fieldViolations[0].field, 'date');
  const unknown = render(brief('正文。', { houseStyle: 'tabloid' }));
  assert.match((await expectError(rendered(unknown), 'NOT_FOUND', 'BM-UNKNOWN')).text, /没有名为/);
  const english = await expectError(
    rendered(unknown, metadata({ 'accept-language': 'en-GB,en;q=0.9' })),
    'NOT_FOUND',
    'BM-UNKNOWN',
  );
  assert.match(english.text, /there is no/);
  assert.equal(english.ResourceInfo.resourceName, 'tabloid');
  const over = {
    ...SEED,
    articles: SEED.articles.map((it) => ({ ...it, body: [...it.body, ...it.body, ...it.body] })),
  };
  const parts = [];
  const unfit = await expectError(
    async () => {
      for await (const message of typeset.RenderPage(render(over, ['PRESS_PDF'], { policy: 'POLICY_STRICT' })))
        parts.push(message.part);
    },
    'FAILED_PRECONDITION',
    'BM-OVERSET-001',
  );
  assert.deepEqual(parts, ['report'], 'the report comes, nothing else');
  assert.ok(unfit.PreconditionFailure.violations.length);
  await expectError(rendered({ plainCopy: Buffer.alloc(4 * MIB + 1, 120) }), 'OUT_OF_RANGE');
  await expectError(rendered(render(SEED, ['ALTO_XML'])), 'UNIMPLEMENTED', 'BM-UNSERVED');
  const data = noise(100, 100);
  await expectError(() => upload(typeset, data, { sha256: '0'.repeat(64) }), 'INVALID_ARGUMENT', 'BM-RECORD-003');
  await expectError(rendered(render(brief('正文。')), metadata({ 'x-filler': 'a'.repeat(40_000) })), 'UNKNOWN').catch(
    (error) => {
      t.diagnostic(`a header of 40 000 bytes: ${error.message.split('\n')[0]}`);
    },
  );
  artifacts(await rendered(render(brief('正文。')), metadata({ 'x-filler': 'a'.repeat(12_000) }))());
  const gzip = server.typeset({ 'grpc.default_compression_algorithm': 2 });
  try {
    await ask(gzip, 'MeasureArticle', { article: SEED.articles[0] });
    t.diagnostic('gzip: served');
  } catch (error) {
    assert.equal(grpc.status[error.code], 'UNIMPLEMENTED', error.message);
    t.diagnostic(`gzip: ${error.message}`);
  }
});

test('grpc-js: tenants, tokens, quotas', SLOW, async (t) => {
  const tenant = (name, token, more = '') =>
    `[[tenants]]\nname = "${name}"\ntoken_sha256 = ["${sumOf(token)}"]\n${more}\n`;
  const server = await Server.start(
    t,
    {},
    { config: tenant('day', 'sun') + tenant('few', 'rare', 'calls_per_minute = 2') },
  );
  const typeset = server.typeset();
  const as = (token) => () =>
    all(typeset.RenderPage(render(brief('正文。')), metadata(token ? { authorization: `Bearer ${token}` } : {})));
  await expectError(as(), 'UNAUTHENTICATED', 'BM-TOKEN');
  await expectError(as('moon'), 'UNAUTHENTICATED', 'BM-TOKEN');
  artifacts(await as('sun')());
  artifacts(await as('rare')());
  artifacts(await as('rare')());
  const { RetryInfo, QuotaFailure } = await expectError(as('rare'), 'RESOURCE_EXHAUSTED', 'BM-QUOTA');
  assert.ok(RetryInfo.retryDelay && QuotaFailure.violations.length);
  assert.equal((await ask(server.client(Health), 'check', {})).status, 1, 'health needs no token');
});

test('grpc-js: shed, deadlines, cancels', SLOW, async (t) => {
  const server = await Server.start(t, { workers: 1, queue: 1 });
  const typeset = server.typeset();
  const begin = (number) => {
    const call = typeset.RenderPage(render(slow(number)));
    call.on('error', () => {});
    return call;
  };
  const first = begin(1);
  await until('a page in work', async () => (await server.figure('jobs_running')) === 1);
  const second = begin(2);
  await until('a page waits', async () => (await server.figure('queue_depth')) === 1);
  const { RetryInfo } = await expectError(() => all(typeset.RenderPage(render(slow(3)))), 'RESOURCE_EXHAUSTED', 'BM-BUSY');
  assert.ok(RetryInfo.retryDelay);
  second.cancel();
  first.cancel();
  await until(
    'the worker is free',
    async () => (await server.figure('jobs_running')) === 0 && (await server.figure('queue_depth')) === 0,
  );
  assert.equal(await server.figure('calls_total', '{method="RenderPage",code="CANCELLED"}'), 2);
  const late = () => all(typeset.RenderPage(render(slow(4)), { deadline: Date.now() + 500 }));
  await expectError(late, 'DEADLINE_EXCEEDED');
  await until('the worker is free', async () => (await server.figure('jobs_running')) === 0);
  artifacts(await all(typeset.RenderPage(render(brief('正文。')))));
});

test('grpc-js: fifty megabytes with default limits, and a drain with a stream that is read slowly', SLOW, async (t) => {
  const server = await Server.start(t);
  const typeset = server.typeset();
  const page = await gallery(typeset, 12);
  const watch = server.client(Health).watch({});
  watch.on('error', () => {});
  assert.equal((await once(watch, 'data'))[0].status, 1);
  const stream = typeset.RenderPage(render(page, ['PREVIEW_SVG']));
  const messages = [];
  for await (const message of stream) {
    messages.push(message);
    if (messages.length === 4) {
      server.process.kill('SIGTERM');
      assert.equal((await once(watch, 'data'))[0].status, 2, 'health while it stops');
      watch.cancel();
    }
    if (messages.length < 100) await sleep(20);
  }
  const { found } = artifacts(messages);
  assert.ok(found[0].data.length >= 50_000_000, `${found[0].data.length} bytes`);
  assert.equal(await server.exit, 0, 'the exit of a server that has drained');
  await expectError(
    () => all(typeset.RenderPage(render(brief('正文。')), { deadline: Date.now() + 20_000 })),
    'UNAVAILABLE',
  );
});

test('grpc-js: a reload takes styles and certificates', SLOW, async (t) => {
  const live = (name) => ['pem', 'key'].forEach((kind) => writeFileSync(join(DIR, `live.${kind}`), pem(name, kind)));
  live('server');
  const tls = `[tls]\ncertificate = "${DIR}/live.pem"\nkey = "${DIR}/live.key"\n`;
  const server = await Server.start(t, {}, { config: tls });
  const catalog = server.client(api.CatalogService);
  assert.equal((await ask(catalog, 'ListHouseStyles', {})).houseStyles.length, 1);
  live('moved');
  const style = readFileSync(join(ROOT, 'src/model/broadsheet.toml'), 'utf8').replace(
    'name = "broadsheet"',
    'name = "evening"',
  );
  writeFileSync(join(DIR, 'evening.toml'), style);
  writeFileSync(server.config, `house_styles = ["${DIR}/evening.toml"]\n${tls}`);
  server.process.kill('SIGHUP');
  await until('the reload', () => server.output.includes('reloaded:'));
  assert.deepEqual(
    (await ask(catalog, 'ListHouseStyles', {})).houseStyles.map((it) => it.name),
    ['broadsheet', 'evening'],
  );
  const again = render(brief('正文。', { houseStyle: 'evening' }));
  await expectError(() => all(server.typeset().RenderPage(again, { deadline: Date.now() + 20_000 })), 'UNAVAILABLE');
  assert.equal(artifacts(await all(server.typeset({ ca: 'other' }).RenderPage(again))).report.houseStyle, 'evening');
});

test('grpc-js: pings of a client each second are no offence', SLOW, async (t) => {
  const server = await Server.start(t);
  const typeset = server.typeset({ 'grpc.keepalive_time_ms': 1000, 'grpc.keepalive_permit_without_calls': 1 });
  artifacts(await all(typeset.RenderPage(render(brief('一。')))));
  await sleep(5000);
  artifacts(await all(typeset.RenderPage(render(brief('二。')))));
  assert.equal(await server.figure('connections_refused_total'), 0);
});

// Browsers.

/** The part of XMLHttpRequest that grpc-web uses, over fetch: progressive text or final bytes. */
class Xhr {
  readyState = 0;
  status = 0;
  statusText = '';
  responseType = '';
  responseText = '';
  response = null;
  onreadystatechange = null;
  #headers = {};
  #gone = new AbortController();
  #reply = null;
  #decoder = new TextDecoder();
  open(method_, url) {
    Object.assign(this, { method: method_, url });
    this.#state(1);
  }
  setRequestHeader(name, value) {
    this.#headers[name] = value;
  }
  getResponseHeader(name) {
    return this.#reply?.headers.get(name) ?? null;
  }
  getAllResponseHeaders() {
    return [...(this.#reply?.headers ?? [])].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }
  abort() {
    this.#gone.abort();
  }
  #state(state) {
    this.readyState = state;
    this.onreadystatechange?.();
  }
  async send(body) {
    try {
      this.#reply = await fetch(this.url, {
        method: this.method,
        headers: this.#headers,
        body,
        signal: this.#gone.signal,
      });
      this.status = this.#reply.status;
      this.#state(2);
      const chunks = [];
      for await (const chunk of this.#reply.body) {
        if (this.responseType === 'arraybuffer') chunks.push(chunk);
        else this.responseText += this.#decoder.decode(chunk, { stream: true });
        this.#state(3);
      }
      const bytes = Buffer.concat(chunks);
      this.response =
        this.responseType === 'arraybuffer'
          ? bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
          : this.responseText;
    } catch {
      this.status = 0;
    }
    this.#state(4);
  }
}

const type = (name) => root.lookupType(`banmian.v1.${name}`);
const encode = (name, value) => type(name).encode(type(name).fromObject(value)).finish();

/** Converts a message of protobufjs to the form of proto-loader. */
const plain = (name, bytes) => {
  const value = type(name).toObject(type(name).decode(bytes), {
    enums: String,
    longs: String,
    defaults: true,
    oneofs: true,
  });
  // The kind of byte array depends on the reader.
  return value.chunk ? { ...value, chunk: Buffer.from(value.chunk) } : value;
};

test('connect-web: unary and server streaming over gRPC-web', SLOW, async (t) => {
  const server = await Server.start(t);
  const { registry } = await reflected(server);
  const transport = createGrpcWebTransport({ baseUrl: server.url('') });
  const service = registry.getService('banmian.v1.TypesetService');
  const client = createClient(service, transport);
  const request = (name, value) => fromJson(registry.getMessage(`banmian.v1.${name}`), value);
  const measured = await client.measureArticle(request('MeasureArticleRequest', { article: SEED.articles[0] }));
  const bytes = toBinary(service.method.measureArticle.output, measured);
  const over = await ask(server.typeset(), 'MeasureArticle', { article: SEED.articles[0] });
  assert.deepEqual(
    plain('MeasureArticleResponse', bytes),
    plain('MeasureArticleResponse', encode('MeasureArticleResponse', over)),
  );
  const pageRequest = request('RenderPageRequest', render(SEED, ['PRESS_PDF', 'PREVIEW_PNG']));
  const messages = [];
  for await (const message of client.renderPage(pageRequest, {
    headers: { 'x-request-id': 'web-1' },
    onHeader: (headers) => assert.equal(headers.get('x-request-id'), 'web-1'),
  })) {
    messages.push(plain('RenderPageResponse', toBinary(service.method.renderPage.output, message)));
  }
  const { found } = artifacts(messages);
  const [press] = artifacts(await all(server.typeset().RenderPage(render(SEED, ['PRESS_PDF', 'PREVIEW_PNG'])))).found;
  assert.ok(found[0].data.equals(press.data), 'the file of gRPC');
  const unknown = request('RenderPageRequest', render(brief('正文。', { houseStyle: 'tabloid' })));
  const large = request('RenderPageRequest', render(await gallery(server.typeset(), 12), ['PREVIEW_SVG']));
  let received = 0;
  for await (const message of client.renderPage(large))
    received += message.part.case === 'chunk' ? message.part.value.length : 0;
  assert.ok(received >= 50_000_000, `${received} bytes`);
  const error = await all(client.renderPage(unknown, { headers: { 'accept-language': 'en' } })).catch((caught) =>
    ConnectError.from(caught),
  );
  assert.equal(error.code, Code.NotFound);
  assert.match(error.rawMessage, /there is no/);
  assert.deepEqual(error.details.map((it) => it.type).sort(), ['google.rpc.ErrorInfo', 'google.rpc.ResourceInfo']);
  const late = await all(client.renderPage(request('RenderPageRequest', render(slow(1))), { timeoutMs: 500 })).catch(
    (caught) => ConnectError.from(caught),
  );
  assert.equal(late.code, Code.DeadlineExceeded);
  await until('the worker is free', async () => (await server.figure('jobs_running')) === 0);
  const gone = new AbortController();
  const left = all(client.renderPage(request('RenderPageRequest', render(slow(2))), { signal: gone.signal })).catch(
    (caught) => ConnectError.from(caught),
  );
  await until('a page in work', async () => (await server.figure('jobs_running')) === 1);
  gone.abort();
  assert.equal((await left).code, Code.Canceled);
  await until('the worker is free', async () => (await server.figure('jobs_running')) === 0);
});

test('grpc-web of Google: text and binary, unary and server streaming', SLOW, async (t) => {
  globalThis.XMLHttpRequest = Xhr;
  const { default: web } = await import('grpc-web');
  const server = await Server.start(t);
  const describe = (service, name, kind, input, output) =>
    new web.MethodDescriptor(
      `/banmian.v1.${service}/${name}`,
      kind,
      Object,
      Object,
      (value) => encode(input, value),
      (bytes) => plain(output, bytes),
    );
  const measure = describe(
    'TypesetService',
    'MeasureArticle',
    'unary',
    'MeasureArticleRequest',
    'MeasureArticleResponse',
  );
  const page = describe('TypesetService', 'RenderPage', 'server_streaming', 'RenderPageRequest', 'RenderPageResponse');
  const over = await ask(server.typeset(), 'MeasureArticle', { article: SEED.articles[0] });
  const expected = plain('MeasureArticleResponse', encode('MeasureArticleResponse', over));
  const [press] = artifacts(await all(server.typeset().RenderPage(render(SEED, ['PRESS_PDF'])))).found;
  for (const format of ['text', 'binary']) {
    const client = new web.GrpcWebClientBase({ format });
    const url = (descriptor) => server.url(descriptor.getName());
    assert.deepEqual(
      await client.unaryCall(url(measure), { article: SEED.articles[0] }, {}, measure),
      expected,
      format,
    );
    const failed = await client
      .unaryCall(url(measure), {}, { 'accept-language': 'en' }, measure)
      .catch((error) => error);
    assert.equal(failed.code, 3, format);
    if (format === 'binary') continue; // This client can stream text only.
    const stream = (request) =>
      new Promise((resolve, reject) => {
        const messages = [];
        client
          .serverStreaming(url(page), request, {}, page)
          .on('data', (message) => messages.push(message))
          .on('error', reject)
          .on('end', () => resolve(messages));
      });
    const { found } = artifacts(await stream(render(SEED, ['PRESS_PDF'])));
    assert.ok(found[0].data.equals(press.data), 'the file of gRPC');
    const unknown = await stream(render(brief('正文。', { houseStyle: 'tabloid' }))).catch((error) => error);
    assert.equal(unknown.code, 5);
    const over3 = {
      ...SEED,
      articles: SEED.articles.map((it) => ({ ...it, body: [...it.body, ...it.body, ...it.body] })),
    };
    const unfit = await stream(render(over3, ['PRESS_PDF'], { policy: 'POLICY_STRICT' })).catch((error) => error);
    assert.equal(unfit.code, 9);
  }
});

test('gRPC-web by hand: frames in both forms, over HTTP/1.1 and HTTP/2', SLOW, async (t) => {
  const server = await Server.start(t);
  const message = encode('MeasureArticleRequest', { article: SEED.articles[0] });
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, 0]), message]);
  frame.writeUInt32BE(message.length, 1);
  const path = '/banmian.v1.TypesetService/MeasureArticle';
  const answers = [];
  for (const kind of [
    'application/grpc-web',
    'application/grpc-web+proto',
    'application/grpc-web-text',
    'application/grpc-web-text+proto',
  ]) {
    const text = kind.includes('text');
    const reply = await fetch(server.url(path), {
      method: 'POST',
      headers: { 'content-type': kind, accept: kind, 'x-grpc-web': '1' },
      body: text ? frame.toString('base64') : frame,
    });
    assert.equal(reply.status, 200, kind);
    assert.ok(
      reply.headers.get('content-type').startsWith(text ? 'application/grpc-web-text' : 'application/grpc-web'),
      reply.headers.get('content-type'),
    );
    let bytes = Buffer.from(await reply.arrayBuffer());
    // Each part of a text may have its own padding.
    if (text)
      bytes = Buffer.concat(
        bytes
          .toString('latin1')
          .match(/[^=]+=*/g)
          .map((part) => Buffer.from(part, 'base64')),
      );
    answers.push(bytes.toString('hex'));
    const size = bytes.readUInt32BE(1);
    assert.equal(bytes[5 + size], 0x80, 'trailers');
    assert.match(bytes.subarray(10 + size).toString(), /grpc-status:\s*0/);
  }
  assert.equal(new Set(answers).size, 1, 'the same in every form');
  const session = http2.connect(server.url(''));
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc-web+proto',
    'x-grpc-web': '1',
  });
  stream.end(frame);
  const bytes = Buffer.concat(await all(stream));
  session.close();
  assert.equal(bytes.toString('hex'), answers[0], 'HTTP/2');
});

test('CORS: preflight requests of a browser, and the headers that it may read', SLOW, async (t) => {
  const origin = 'https://desk.example';
  const paths = ['/banmian.v1.TypesetService/MeasureArticle', '/v1/pages:render'];
  const preflightHeaders = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,grpc-timeout,x-grpc-web,x-user-agent',
  };
  // fetch would leave some of these headers out.
  const send = (server, method_, path, headers, body) =>
    new Promise((resolve, reject) => {
      const [host, port] = server.address.split(':');
      const sent = http.request({ host, port, path, method: method_, headers }, (reply) => {
        reply.resume();
        reply.on('end', () => resolve(reply));
      });
      sent.on('error', reject).end(body);
    });
  const open = await Server.start(t, { origins: origin });
  for (const path of paths) {
    const { statusCode, headers } = await send(open, 'OPTIONS', path, preflightHeaders);
    assert.equal(statusCode, 204, path);
    assert.equal(headers['access-control-allow-origin'], origin);
    assert.match(headers['access-control-allow-methods'], /POST/);
    for (const name of preflightHeaders['access-control-request-headers'].split(','))
      assert.ok(headers['access-control-allow-headers'].includes(name), name);
    const other = await send(open, 'OPTIONS', path, { ...preflightHeaders, origin: 'https://other.example' });
    assert.equal(other.headers['access-control-allow-origin'], undefined);
  }
  const frame = Buffer.alloc(5);
  const called = await send(
    open,
    'POST',
    paths[0],
    { origin, 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' },
    frame,
  );
  assert.equal(called.headers['access-control-allow-origin'], origin);
  assert.equal(called.headers['grpc-status'], '3');
  for (const name of ['grpc-status', 'grpc-message', 'grpc-status-details-bin'])
    assert.ok(called.headers['access-control-expose-headers'].includes(name), name);
  const refusal = await send(open, 'POST', paths[1], { origin, 'content-type': 'text/html' }, 'x');
  assert.deepEqual([refusal.statusCode, refusal.headers['access-control-allow-origin']], [415, origin]);
  const shut = await Server.start(t);
  for (const path of paths) {
    const { statusCode, headers } = await send(shut, 'OPTIONS', path, preflightHeaders);
    t.diagnostic(`without origins, OPTIONS ${path}: ${statusCode}`);
    assert.ok(statusCode >= 400 && statusCode < 500 && !headers['access-control-allow-origin']);
  }
});

test('oversized requests over HTTP/1.1 get an answer before the connection closes', SLOW, async (t) => {
  const server = await Server.start(t);
  const json = { 'content-type': 'application/json' };
  const rows = [
    ['JSON over the limit', 'POST', '/v1/pages:render', json, 9 * MIB, 413],
    ['JSON of 20 MiB', 'POST', '/v1/pages:render', json, 20 * MIB, 413],
    ['another type', 'POST', '/v1/pages:render', { 'content-type': 'text/html' }, 9 * MIB, 415],
    ['no such path', 'POST', '/v1/none', json, 9 * MIB, 404],
    ['a picture without a sum', 'PUT', '/v1/pictures?sha256=x', {}, 20 * MIB, 400],
  ];
  const faults = [];
  for (const [name, method_, path, headers, size, status] of rows) {
    for (let k = 0; k < 3; k += 1) {
      const answered = await fetch(server.url(path), { method: method_, headers, body: Buffer.alloc(size, 32) }).then(
        async (reply) => [reply.status, await reply.text()][0],
        (error) => `${error.message}: ${error.cause?.code}`,
      );
      if (answered !== status) faults.push(`${name}: ${answered}`);
    }
  }
  const { registry } = await reflected(server);
  const client = createClient(
    registry.getService('banmian.v1.TypesetService'),
    createGrpcWebTransport({ baseUrl: server.url('') }),
  );
  const large = fromJson(registry.getMessage('banmian.v1.RenderPageRequest'), {
    plainCopy: Buffer.alloc(4 * MIB + 1, 120).toString('base64'),
  });
  const error = await all(client.renderPage(large)).catch((caught) => ConnectError.from(caught));
  if (error.code !== Code.OutOfRange) faults.push(`gRPC-web: ${Code[error.code]}, ${error.rawMessage}`);
  assert.deepEqual(faults, []);
});

test('the JSON gateway gives what gRPC gives', SLOW, async (t) => {
  const server = await Server.start(t);
  const { registry } = await reflected(server);
  const request = render(SEED, ['PRESS_PDF', 'PREVIEW_PNG', 'GEOMETRY_JSON']);
  const messages = await all(server.typeset().RenderPage(request));
  const { found } = artifacts(messages);
  const post = (path, body, accept = 'application/json') =>
    fetch(server.url(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(body),
    });
  for (const [accept, at] of [
    ['application/pdf', 0],
    ['image/png', 1],
  ]) {
    const reply = await post('/v1/pages:render', request, accept);
    assert.equal(reply.headers.get('etag'), `"${found[at].header.sha256}"`);
    assert.ok(Buffer.from(await reply.arrayBuffer()).equals(found[at].data), accept);
  }
  const schema = registry.getMessage('banmian.v1.RenderPageResponse');
  const answered = (await (await post('/v1/pages:render', request)).json()).map((it) =>
    plain('RenderPageResponse', toBinary(schema, fromJson(schema, it))),
  );
  assert.deepEqual(
    answered,
    messages.map((it) => plain('RenderPageResponse', encode('RenderPageResponse', it))),
  );
  const rows = [
    ['/v1/pages:plan', 'PlanPage', { page: SEED }],
    ['/v1/articles:measure', 'MeasureArticle', { article: SEED.articles[0] }],
  ];
  for (const [path, name, body] of rows) {
    const output = registry.getMessage(`banmian.v1.${name}Response`);
    const answer = encode(`${name}Response`, await ask(server.typeset(), name, body));
    // Both are written by the same JSON writer, so that they can be compared.
    assert.deepEqual(
      toJson(output, fromJson(output, await (await post(path, body)).json())),
      toJson(output, fromBinary(output, answer)),
      path,
    );
  }
  const error = await post('/v1/pages:render', render(brief('正文。', { houseStyle: 'tabloid' })));
  assert.deepEqual([error.status, (await error.json()).error.status], [404, 'NOT_FOUND']);
});
