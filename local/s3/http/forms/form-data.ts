import { s3Error } from '../../errors/s3-error';
import type { Beginning } from '../read';

/** Bytes of names and values of all fields before the file, as S3 counts them. */
const MAX_FIELD_BYTES = 20_480;

/** All bytes before the file, with boundaries and headers. */
const MAX_HEAD_BYTES = MAX_FIELD_BYTES + 32 * 1024;

/** Not more than RFC 2046 allows. */
const BOUNDARY = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/;

export interface FormField {
  /** As it was sent; S3 does not tell cases apart. */
  readonly name: string;
  readonly value: string;
}

/** What comes before the file in a form. */
export interface FormHead {
  /** By their names in lower case. */
  readonly fields: ReadonlyMap<string, FormField>;
  /** Undefined when the part of the file names none. */
  readonly filename: string | undefined;
  /** Of the boundary, the fields and the file's own headers. */
  readonly bytes: number;
}

/**
 * The boundary of a form.
 * @throws PreconditionFailed for what is no form, MalformedPOSTRequest for one without a boundary
 */
export function boundaryOf(contentType: string | undefined): string {
  const [type = ''] = (contentType ?? '').split(';');
  if (type.trim().toLowerCase() !== 'multipart/form-data') {
    throw s3Error('PreconditionFailed', { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' });
  }
  const boundary = parametersOf(contentType ?? '').get('boundary') ?? '';
  if (!BOUNDARY.test(boundary)) throw s3Error('MalformedForm');
  return boundary;
}

/** Reads a form up to its file, from bytes that come in pieces of any size. */
export class FormHeadParser {
  private readonly delimiter: Buffer;
  /** A line's end comes before each boundary, but that of the first may be missing. */
  private held = Buffer.from('\r\n');
  private length = this.held.length;
  /** Where what has not been understood begins. */
  private position = 0;
  private inParts = false;
  private fieldBytes = 0;
  private readonly fields = new Map<string, FormField>();

  constructor(boundary: string) {
    this.delimiter = delimiterOf(boundary);
  }

  /** The head and the bytes behind it, when these bytes complete it. */
  take(bytes: Uint8Array): Beginning<FormHead> | undefined {
    const room = Math.max(0, MAX_HEAD_BYTES - this.length);
    const before = this.length;
    this.hold(bytes.subarray(0, room));
    const filename = this.parse();
    if (filename !== undefined) {
      const result = { fields: this.fields, filename: filename ?? undefined, bytes: this.position - 2 };
      return { result, rest: bytes.subarray(this.position - before) };
    }
    if (bytes.length >= room) throw this.inParts ? tooMuch() : s3Error('MalformedForm');
    return undefined;
  }

  private hold(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.held.length) {
      const larger = Buffer.alloc(Math.min(MAX_HEAD_BYTES, 2 * (this.length + bytes.length)));
      this.held.copy(larger, 0, 0, this.length);
      this.held = larger;
    }
    this.held.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** The name of the file when its part has begun; null when that has none. */
  private parse(): string | null | undefined {
    const data = this.held.subarray(0, this.length);
    for (;;) {
      const boundary = data.indexOf(this.delimiter, this.position);
      if (boundary < 0) return undefined;
      const part = this.parsePart(data, boundary + this.delimiter.length);
      if (part === undefined) return undefined;
      if (part.name.toLowerCase() === 'file') {
        this.position = part.start;
        return part.filename ?? null;
      }
      const end = data.indexOf(this.delimiter, part.start - 2);
      if (end < 0) return undefined;
      this.add(part.name, data.toString('utf8', part.start, Math.max(part.start, end)));
      this.position = end;
    }
  }

  /** The headers of the part behind a boundary. */
  private parsePart(
    data: Buffer,
    start: number,
  ): { name: string; filename: string | undefined; start: number } | undefined {
    if (data.length < start + 2) return undefined;
    if (data.toString('latin1', start, start + 2) === '--') {
      throw s3Error('FormFile', { ArgumentName: 'file', ArgumentValue: 0 });
    }
    const end = data.indexOf('\r\n\r\n', start);
    if (end < 0) return undefined;
    this.inParts = true;
    const [padding = '', ...lines] = data.toString('utf8', start, end).split('\r\n');
    const disposition = lines.find((line) => /^content-disposition:/i.test(line))?.replace(/^[^:]*:\s*/, '') ?? '';
    const parameters = parametersOf(disposition);
    const name = parameters.get('name');
    if (!/^[ \t]*$/.test(padding) || !/^form-data\s*(;|$)/i.test(disposition) || name === undefined) {
      throw s3Error('MalformedForm');
    }
    return { name, filename: parameters.get('filename'), start: end + 4 };
  }

  private add(name: string, value: string): void {
    this.fieldBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (this.fieldBytes > MAX_FIELD_BYTES) throw tooMuch();
    const key = name.toLowerCase();
    const before = key.startsWith('x-amz-meta-') ? this.fields.get(key) : undefined;
    this.fields.set(key, { name, value: before === undefined ? value : `${before.value},${value}` });
  }
}

function tooMuch(): Error {
  return s3Error('FormFieldsTooLarge', { MaxPostPreDataLengthBytes: MAX_FIELD_BYTES });
}

function delimiterOf(boundary: string): Buffer {
  return Buffer.from(`\r\n--${boundary}`, 'latin1');
}

/** `; name=value` and `; name="value"` of a header. Browsers escape nothing but quotes. */
function parametersOf(header: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const pattern = /;\s*([\w!#$&+^`|~*.-]+)=(?:"((?:\\"|[^"])*)"|([^;\s]*))\s*/g;
  for (const [, name = '', quoted, plain = ''] of header.matchAll(pattern)) {
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted?.replaceAll('\\"', '"') ?? plain);
  }
  return parameters;
}

/** Takes the file out of the bytes behind a form's head; what comes after the file counts for nothing. */
export class FormFileDecoder {
  private readonly delimiter: Buffer;
  /** The last bytes, when a boundary may begin with them. */
  private held: Buffer = Buffer.alloc(0);
  private done = false;

  constructor(boundary: string) {
    this.delimiter = delimiterOf(boundary);
  }

  *decode(bytes: Uint8Array): Generator<Uint8Array> {
    if (this.done) return;
    let data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (this.held.length > 0) {
      // Only as much is copied as a boundary that has begun can still need.
      const beginning = Buffer.concat([this.held, data.subarray(0, this.delimiter.length)]);
      const whole = data.length < this.delimiter.length || beginning.indexOf(this.delimiter) >= 0;
      if (!whole) yield this.held;
      this.held = Buffer.alloc(0);
      if (whole) data = beginning;
    }
    const end = data.indexOf(this.delimiter);
    this.done = end >= 0;
    const stop = this.done ? end : this.startOfBoundary(data);
    if (!this.done) this.held = Buffer.from(data.subarray(stop));
    if (stop > 0) yield data.subarray(0, stop);
  }

  /** @throws MalformedPOSTRequest when the file has no end */
  end(): void {
    if (!this.done) throw s3Error('MalformedForm');
  }

  /** Where a boundary may begin whose end is still to come: a boundary has one carriage return, its first byte. */
  private startOfBoundary(data: Buffer): number {
    const start = data.lastIndexOf('\r');
    const isStart = start >= 0 && data.length - start < this.delimiter.length;
    return isStart && this.delimiter.subarray(0, data.length - start).equals(data.subarray(start))
      ? start
      : data.length;
  }
}
