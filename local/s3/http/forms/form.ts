import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../base/clock';
import type { DigestStream } from '../../checksums/digest-stream';
import { s3Error } from '../../errors/s3-error';
import { MAX_SINGLE_BYTES } from '../../operations/receive';
import { parseTagging } from '../../rules/tags';
import { checkKeyLength } from '../../wire/addressing';
import type { Principal } from '../../wire/principal';
import type { RequestBody } from '../../wire/request-body';
import type { S3Response } from '../../wire/response';
import { parseXml, renderXml } from '../../wire/xml';
import { type BodyDecoder, HttpRequestBody, IDLE_MILLISECONDS } from '../body';
import { readBeginning } from '../read';
import { boundaryOf, FormFileDecoder, type FormHead, FormHeadParser } from './form-data';
import { checkPostPolicy, parsePostPolicy, type SizeRange } from './policy';

export type FormFields = FormHead['fields'];

/** A form that has been read up to its file. */
export interface Form {
  readonly principal: Principal;
  readonly fields: FormFields;
  readonly key: string;
  /** What the fields say as headers of a PutObject would. */
  readonly headers: Record<string, string>;
  readonly body: RequestBody;
}

/**
 * Reads a form up to its file, and checks it against its policy if it has one.
 * @throws PreconditionFailed, MalformedPOSTRequest, InvalidArgument, InvalidPolicyDocument, AccessDenied, …
 */
export async function readForm(
  request: IncomingMessage,
  response: ServerResponse,
  bucket: string,
  authenticate: (fields: FormFields) => Principal,
  clock: Clock,
): Promise<Form> {
  const boundary = boundaryOf(request.headers['content-type']);
  const length = request.headers['content-length'];
  if (length === undefined) throw s3Error('MissingContentLength');
  if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
  const parser = new FormHeadParser(boundary);
  const head = await readBeginning(request, (bytes) => parser.take(bytes), {
    clock,
    milliseconds: IDLE_MILLISECONDS,
  });
  if (head === undefined) throw s3Error('MalformedForm');
  const fields = expanded(head);
  const principal = authenticate(fields);
  const sizes = checkPolicy(fields, bucket, clock.now());
  const headers = { ...headersOf(fields), 'content-length': length };
  const most = Number(length) - head.bytes - Buffer.byteLength(`\r\n--${boundary}--\r\n`);
  const body = new FormBody(request, response, clock, headers, new FormFileDecoder(boundary), Math.max(0, most), sizes);
  return { principal, fields, key: fields.get('key')?.value ?? '', headers, body };
}

/** The name of the file takes its place in the fields; of a path it is the last part. */
function expanded({ fields, filename }: FormHead): FormFields {
  const key = fields.get('key');
  if (key === undefined) throw missing('key');
  const last = filename?.replace(/^.*[/\\]/s, '');
  const expand = (value: string): string => (last === undefined ? value : value.replaceAll('${filename}', () => last));
  if (expand(key.value) === '') throw s3Error('EmptyKey', { ArgumentName: 'key', ArgumentValue: '' });
  checkKeyLength(expand(key.value));
  return new Map([...fields].map(([name, field]) => [name, { ...field, value: expand(field.value) }]));
}

export function missing(field: string): Error {
  return s3Error('FormFieldMissing', { ArgumentName: field, ArgumentValue: '' }, { field });
}

function checkPolicy(fields: FormFields, bucket: string, now: number): readonly SizeRange[] {
  const text = fields.get('policy')?.value;
  const anySize = { minimum: 0, maximum: MAX_SINGLE_BYTES };
  if (text === undefined) return [anySize];
  const policy = parsePostPolicy(text);
  checkPostPolicy(policy, fields, bucket, now);
  return [...policy.sizes, anySize];
}

/** Fields that are headers of a PutObject by the same name, beside those of `x-amz-`. */
const HEADERS = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-md5',
  'content-type',
  'expires',
]);

/** Fields that say who signed the form, and headers that a form cannot have: its file is sent as it is. */
const NO_HEADERS = new Set([
  'x-amz-algorithm',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-trailer',
]);

/** Fields that are headers of another name. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['acl', 'x-amz-acl'],
  ['x-amz-checksum-algorithm', 'x-amz-sdk-checksum-algorithm'],
]);

function headersOf(fields: FormFields): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, { value }] of fields) {
    // As Node reads the bytes of headers.
    const text = Buffer.from(value).toString('latin1');
    const renamed = RENAMED.get(name);
    if (renamed !== undefined) headers[renamed] = text;
    else if (name === 'tagging') headers['x-amz-tagging'] = taggingHeader(value);
    else if (HEADERS.has(name) || (name.startsWith('x-amz-') && !NO_HEADERS.has(name))) headers[name] = text;
  }
  return headers;
}

/** Recorded: another document than one of tags has none. */
function taggingHeader(text: string): string {
  const document = parseXml(text);
  const tags = document.name === 'Tagging' ? parseTagging(document, 'object') : [];
  return tags.map(({ key, value }) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');
}

/** The file of a form, as the body of a request. */
class FormBody extends HttpRequestBody {
  /** Bytes that no condition allows any more. */
  private tooMuch = 0;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    clock: Clock,
    headers: Record<string, string>,
    private readonly file: FormFileDecoder,
    /** The size of the file when it is the last field. */
    private readonly most: number,
    private readonly sizes: readonly SizeRange[],
  ) {
    super(request, response, clock, headers);
  }

  override announcedSize(): number {
    return this.most;
  }

  protected override decoder(): BodyDecoder {
    return this.file;
  }

  protected override take(bytes: Uint8Array, stream: DigestStream): Promise<void> | undefined {
    const size = this.received + this.tooMuch + bytes.length;
    if (this.sizes.every(({ maximum }) => size <= maximum)) return super.take(bytes, stream);
    // It is refused when its size is known.
    this.tooMuch += bytes.length;
    return undefined;
  }

  protected override checkSize(received: number): void {
    const size = received + this.tooMuch;
    const exceeded = this.sizes.find(({ maximum }) => size > maximum);
    if (exceeded !== undefined) {
      throw s3Error('EntityTooLarge', { ProposedSize: size, MaxSizeAllowed: exceeded.maximum });
    }
    const missed = this.sizes.find(({ minimum }) => size < minimum);
    if (missed !== undefined) {
      throw s3Error('EntityTooSmall', { ProposedSize: size, MinSizeAllowed: missed.minimum });
    }
  }
}

/** The answer that a form asks for, from that of a PutObject. */
export function formAnswer(fields: FormFields, answer: S3Response, url: string, bucket: string): S3Response {
  const etag = String(answer.headers?.etag ?? '');
  const key = fields.get('key')?.value ?? '';
  const location = `${url}/${bucket}/${encodeURIComponent(key)}`;
  const redirect = redirectOf(fields, { bucket, key, etag });
  if (redirect !== undefined) return { status: 303, headers: { ...answer.headers, location: redirect } };
  const headers = { ...answer.headers, location };
  const status = fields.get('success_action_status')?.value;
  if (status === '200') return { status: 200, headers };
  if (status !== '201') return { status: 204, headers };
  const body = renderXml('PostResponse', { Location: location, Bucket: bucket, Key: key, ETag: etag }, null);
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body };
}

/** Undefined for what is no address that a browser could be sent to. */
function redirectOf(fields: FormFields, result: Record<string, string>): string | undefined {
  const url = (fields.get('success_action_redirect') ?? fields.get('redirect'))?.value ?? '';
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const address = url.replace(/[^\x20-\x7e]+/g, encodeURIComponent);
  return `${address}${url.includes('?') ? '&' : '?'}${new URLSearchParams(result).toString()}`;
}
