import { createHash, createHmac } from 'node:crypto';
import { connect } from 'node:net';
import type { Random } from './random';
import { type Draft, REGION, SIGNER } from './targets';

const MAX_CHUNKS = 50;

/** The bytes of a request, as Latin-1. */
export function render(draft: Draft, host: string, random: Random): string {
  const { method, target, body, framing } = draft;
  const given = new Set(draft.headers.map(([name]) => name.toLowerCase()));
  const headers = [
    ...(given.has('host') ? [] : [['host', host] as const]),
    ...draft.headers,
    ...(given.has('connection') ? [] : [['connection', 'close'] as const]),
    ...(framing === 'length' && !given.has('content-length') ? [['content-length', String(body.length)] as const] : []),
    ...(framing === 'chunks' && !given.has('transfer-encoding') ? [['transfer-encoding', 'chunked'] as const] : []),
  ];
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${method} ${target} HTTP/1.1\r\n${head}\r\n${framing === 'chunks' ? inChunks(body, random) : body}`;
}

function inChunks(body: string, random: Random): string {
  let text = '';
  const size = Math.max(1, Math.ceil(body.length / MAX_CHUNKS), random.length(body.length + 1));
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.slice(at, at + size);
    text += `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
  }
  return `${text}0\r\n\r\n`;
}

/** A request whose signature is valid, unless it is changed afterwards. */
export function sign(draft: Draft, host: string, service: string): Draft {
  const now = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${now.slice(0, 8)}/${REGION}/${service}/aws4_request`;
  const hash = sha256(draft.body);
  const own = draft.headers.filter(([name]) => !['host', 'x-amz-date', 'x-amz-content-sha256'].includes(name));
  const headers = [
    ...own,
    ['host', host] as const,
    ['x-amz-date', now] as const,
    ['x-amz-content-sha256', hash] as const,
  ];
  const sorted = headers
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = sorted.map(([name]) => name).join(';');
  const [path = '', query = ''] = draft.target.split('?');
  const parameters = query === '' ? [] : query.split('&').map((pair) => (pair.includes('=') ? pair : `${pair}=`));
  const canonical = [
    draft.method,
    path,
    parameters.sort().join('&'),
    ...sorted.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    hash,
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', now, scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${SIGNER.secretAccessKey}`);
  const signature = hmac(key, text).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${SIGNER.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...draft, headers: [...headers, ['authorization', authorization]] };
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export interface Answer {
  /** 0 if the connection was closed without an answer, or nothing listens. */
  readonly status: number;
  /** From the last byte that was sent to the end of the answer. */
  readonly milliseconds: number;
  /** The beginning of what was received. */
  readonly text: string;
  readonly refused: boolean;
}

/** Longer than any answer may take, and shorter than the server waits for bytes that never come. */
export const PATIENCE = 10_000;

/** Whether a server has nothing to wait for: the body is as long as the headers say. */
function isWhole(bytes: string): boolean {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const [head, body] = [bytes.slice(0, end + 2), bytes.slice(end + 4)];
  if (/\r\ntransfer-encoding:[^\r]*chunked/i.test(head)) return body.endsWith('0\r\n\r\n');
  const length = /\r\ncontent-length: *([^\r]*)/i.exec(head)?.[1];
  return length === undefined || !(Number(length) > body.length);
}

/** Whether a response has ended, so that a kept connection need not be waited for. */
class Received {
  text = '';
  private size = 0;
  private tail = '';

  constructor(private readonly isHead: boolean) {}

  /** Keeps the beginning only. */
  add(chunk: Buffer): void {
    const text = chunk.toString('latin1');
    this.size += text.length;
    this.tail = (this.tail + text).slice(-5);
    if (this.text.length < 4000) this.text += text;
  }

  get isWhole(): boolean {
    const head = /^HTTP\/1\.1 (?!100)[^]*?\r\n\r\n/.exec(this.text.replace(/^HTTP\/1\.1 100[^\r]*\r\n\r\n/, ''))?.[0];
    if (head === undefined) return false;
    if (this.isHead || /^HTTP\/1\.1 (?:204|304)/.test(head)) return true;
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length !== undefined) return this.size >= head.length + Number(length);
    return /\r\ntransfer-encoding: chunked/i.test(head) && this.tail === '0\r\n\r\n';
  }
}

/** Sends bytes and waits for the answer. Says that no more follow if the server may wait for them. */
export function send(endpoint: string, bytes: string): Promise<Answer> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve) => {
    const received = new Received(bytes.startsWith('HEAD '));
    let refused = false;
    let sentAt = performance.now();
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const sent = (): void => {
      sentAt = performance.now();
      if (!isWhole(bytes)) socket.end();
    };
    socket.setTimeout(PATIENCE, () => socket.destroy());
    socket.on('connect', () => socket.write(Buffer.from(bytes, 'latin1'), sent));
    socket.on('data', (chunk: Buffer) => {
      received.add(chunk);
      if (received.isWhole) socket.destroy();
    });
    socket.on('end', () => socket.destroy());
    socket.on('error', (error: NodeJS.ErrnoException) => (refused = error.code === 'ECONNREFUSED'));
    socket.on('close', () =>
      resolve({
        status: Number(/HTTP\/1\.1 ([2-5]\d\d)/.exec(received.text)?.[1] ?? 0),
        milliseconds: performance.now() - sentAt,
        text: received.text,
        refused,
      }),
    );
  });
}
