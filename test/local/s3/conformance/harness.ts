import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type S3Server } from '../../../../local/s3';
import { parseXml } from '../../../../local/s3/wire/xml';

type Recorded = Record<string, any>;

/** Recorded responses by scenario and step. */
export const recorded: Readonly<Record<string, Record<string, Recorded>>> = Object.fromEntries(
  readFileSync(join(__dirname, '../recorded/responses.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { scenario: string; steps: Record<string, Recorded> })
    .map(({ scenario, steps }) => [scenario, steps]),
);

/** Context of a scenario: a client, a bucket of its own, and the recorded steps. */
export interface Scenario {
  readonly s3: S3Client;
  readonly server: S3Server;
  readonly bucket: string;
  /**
   * Sends a request and compares the answer, or the error, with the recorded step. Gives the answer.
   * @param except fields that depend on bytes which were not recorded
   */
  readonly step: (name: string, work: () => Promise<object>, except?: readonly string[]) => Promise<any>;
}

/** Captures the body of errors, which contains more than the errors of the SDK. */
class ErrorBodies extends NodeHttpHandler {
  last = '';

  override async handle(...args: Parameters<NodeHttpHandler['handle']>): ReturnType<NodeHttpHandler['handle']> {
    const result = await super.handle(...args);
    if (result.response.statusCode >= 300) {
      const chunks: Buffer[] = [];
      for await (const chunk of result.response.body) chunks.push(chunk as Buffer);
      this.last = Buffer.concat(chunks).toString();
      result.response.body = Readable.from(chunks);
    }
    return result;
  }
}

/** Removes fields at any depth. */
function without(value: any, names: readonly string[]): any {
  if (names.length === 0 || typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map((item) => without(item, names));
  const kept = Object.entries(value).filter(([name]) => !names.includes(name));
  return Object.fromEntries(kept.map(([name, item]) => [name, without(item, names)]));
}

let next = 1;

/** Runs a scenario in a bucket of its own, and checks that all recorded steps were replayed. */
export async function play(
  server: S3Server,
  name: string,
  script: (scenario: Scenario) => Promise<void>,
  leftOut: readonly string[] = [],
): Promise<void> {
  const steps = recorded[name];
  if (steps === undefined) throw new Error(`nothing is recorded of ${name}`);
  const bodies = new ErrorBodies();
  const s3 = new S3Client({
    endpoint: server.endpoint,
    region: server.region,
    forcePathStyle: true,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: bodies,
    // boto3 requests checksums by default.
    responseChecksumValidation: 'WHEN_SUPPORTED',
  });
  const bucket = `conformance-${next++}`;
  server.createBucket(bucket, { objectOwnership: 'ObjectWriter', blockCustomerKeys: false });
  const played = new Set<string>();
  const step: Scenario['step'] = async (stepName, work, except = []) => {
    played.add(stepName);
    const expected = steps[stepName];
    if (expected === undefined) throw new Error(`nothing is recorded of ${name} / ${stepName}`);
    let actual: Recorded;
    let answer: any;
    try {
      answer = await work();
      actual = await asBoto(answer);
    } catch (error) {
      actual = asError(error, bodies.last);
    }
    const problems = compare(without(expected, except), without(actual, except), stepName);
    if (problems.length > 0) {
      throw new Error(
        `${name}\n${problems.join('\n')}\nexpected ${JSON.stringify(expected)}\ngot ${JSON.stringify(actual)}`,
      );
    }
    return answer;
  };
  try {
    await script({ s3, server, bucket, step });
  } finally {
    s3.destroy();
  }
  const missing = Object.keys(steps).filter((stepName) => !played.has(stepName) && !leftOut.includes(stepName));
  if (missing.length > 0) throw new Error(`${name}: steps not played: ${missing.join(', ')}`);
}

async function asBoto(output: any): Promise<Recorded> {
  const { $metadata, Body, ...rest } = output;
  const result: Recorded = { ...rest };
  if (Body !== undefined) result.Body = await Body.transformToString();
  return { ...result, ResponseMetadata: { HTTPStatusCode: $metadata.httpStatusCode } };
}

function asError(error: any, body: string): Recorded {
  const status = error.$metadata?.httpStatusCode;
  if (status === undefined) throw error;
  const fields: Record<string, string> = {};
  if (body !== '') for (const child of parseXml(body).children) fields[child.name] = child.text;
  delete fields.RequestId;
  delete fields.HostId;
  return { Error: fields, ResponseMetadata: { HTTPStatusCode: status } };
}

/** Placeholders in recordings, by kind of value. */
const PLACEHOLDERS = new Set(['datetime', 'i-d', 'display-name', 'owner-id', 'bucket', 'etag', 'copy-etag']);

function isPlaceholder(value: unknown): boolean {
  return typeof value === 'string' && (PLACEHOLDERS.has(value) || /^<[^>]*>$/.test(value));
}

/** Matches a recorded text that contains placeholders, such as an ARN. */
function matchesText(expected: string, actual: unknown): boolean {
  if (typeof actual !== 'string') return false;
  const pattern = expected
    .split(/<[^<>]*>|111111111111/)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.+');
  return new RegExp(`^${pattern}$`, 's').test(actual);
}

function compare(expected: any, actual: any, path: string, inside: Recorded = {}): string[] {
  if (expected === null)
    return actual === undefined || actual === null || actual === '' ? [] : [`${path}: got ${actual}`];
  if (Array.isArray(expected)) return compareLists(expected, actual, path);
  if (typeof expected === 'object') return compareFields(expected, actual, path);
  if (actual === undefined) return [`${path}: missing, expected ${expected}`];
  if (isPlaceholder(expected)) return [];
  if (/(^|\.)ETag$/.test(path) && isOpaque(inside)) return [];
  if (String(expected) === String(actual) || matchesText(String(expected), actual)) return [];
  return [`${path}: expected ${expected}, got ${actual}`];
}

/** With SSE-KMS and SSE-C, ETags are random; compares only their presence. */
function isOpaque(inside: Recorded): boolean {
  return inside.opaque === true;
}

function compareLists(expected: any[], actual: any, path: string): string[] {
  const list = Array.isArray(actual) ? actual : [];
  if (list.length !== expected.length) return [`${path}: expected ${expected.length} entries, got ${list.length}`];
  return expected.flatMap((item, index) => compare(item, list[index], `${path}[${index}]`, expected as Recorded));
}

/** Fields that the AWS SDK for JavaScript omits and boto3 returns as an empty value. */
const EMPTY_IN_BOTO = new Set([
  'Metadata',
  'KeyMarker',
  'UploadIdMarker',
  'NextKeyMarker',
  'NextUploadIdMarker',
  'Prefix',
  'VersionIdMarker',
  'TagSet',
]);

function compareFields(expected: Recorded, actual: any, path: string): string[] {
  if (expected.Error !== undefined && isHeadError(expected.Error.Code)) {
    return compare(expected.ResponseMetadata, actual?.ResponseMetadata, `${path}.ResponseMetadata`);
  }
  const opaque =
    expected.SSEKMSKeyId !== undefined || expected.SSECustomerKeyMD5 !== undefined || expected.opaque === true;
  const problems: string[] = [];
  for (const [name, value] of Object.entries(expected)) {
    if (name === 'Body' && value === '') continue;
    if (name === 'HTTPHeaders' || name === 'RetryAttempts') continue;
    if (EMPTY_IN_BOTO.has(name) && isEmpty(value) && isEmpty(actual?.[name])) continue;
    const body = name === 'Body' && typeof value === 'object' ? JSON.stringify(value) : value;
    const nested = opaque && typeof body === 'object' ? { ...body, opaque: true } : body;
    problems.push(...compare(nested, name === 'opaque' ? true : actual?.[name], `${path}.${name}`, { opaque }));
  }
  for (const name of Object.keys(actual ?? {})) {
    if (name in expected || actual[name] === undefined || isEmpty(actual[name])) continue;
    problems.push(`${path}.${name}: not expected, got ${JSON.stringify(actual[name])}`);
  }
  return problems;
}

function isHeadError(code: unknown): boolean {
  return typeof code === 'string' && /^\d{3}$/.test(code);
}

function isEmpty(value: any): boolean {
  return (
    value === undefined ||
    value === '' ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0 && !(value instanceof Date))
  );
}
