import * as fc from 'fast-check';
import { S3Error } from '../../../../../local/s3/errors/s3-error';
import {
  boundaryOf,
  FormFileDecoder,
  type FormHead,
  FormHeadParser,
} from '../../../../../local/s3/http/forms/form-data';

/** Cuts bytes where the numbers say, and reads them as they would come. */
function read(body: Buffer, cuts: readonly number[] = [], boundary = 'b'): { head: FormHead; file: Buffer } {
  const ends = [...new Set(cuts)].filter((cut) => cut < body.length).sort((a, b) => a - b);
  const pieces = [...ends, body.length].map((end, index) => body.subarray(ends[index - 1] ?? 0, end));
  const parser = new FormHeadParser(boundary);
  const decoder = new FormFileDecoder(boundary);
  const file: Uint8Array[] = [];
  let head: FormHead | undefined;
  for (const piece of pieces) {
    let bytes: Uint8Array = piece;
    if (head === undefined) {
      const beginning = parser.take(bytes);
      if (beginning === undefined) continue;
      head = beginning.result;
      bytes = beginning.rest;
    }
    for (const data of decoder.decode(bytes)) file.push(Buffer.from(data));
  }
  if (head === undefined) throw new Error('no file');
  decoder.end();
  return { head, file: Buffer.concat(file) };
}

function part(headers: string, value: string | Uint8Array, boundary = 'b'): Buffer {
  return Buffer.concat([Buffer.from(`--${boundary}\r\n${headers}\r\n\r\n`), Buffer.from(value), Buffer.from('\r\n')]);
}

const field = (name: string, value: string, boundary = 'b'): Buffer =>
  part(`Content-Disposition: form-data; name="${name}"`, value, boundary);

const file = (value: string | Uint8Array, boundary = 'b'): Buffer =>
  part('Content-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain', value, boundary);

const form = (...parts: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat([...parts.map((each) => Buffer.from(each)), Buffer.from('--b--\r\n')]);

describe('forms', () => {
  it('are read however they are cut on the way', () => {
    const boundary = '--b-';
    // Much that begins like a boundary, and is none.
    const piece = fc.constantFrom('\r', '\n', '\r\n', '\r\n-', '\r\n--', '\r\n----', '\r\n----b', '-', 'b', 'x', '\0');
    const text = fc
      .array(piece, { maxLength: 30 })
      .map((pieces) => pieces.join(''))
      .filter((joined) => !`\r\n${joined}`.includes('\r\n----b-'));
    const names = fc.constantFrom('key', 'Policy', 'x-amz-meta-a', 'ü');
    const cuts = fc.array(fc.nat(700), { maxLength: 40 });
    fc.assert(
      fc.property(
        fc.dictionary(names, text, { noNullPrototype: true }),
        text,
        text,
        cuts,
        (fields, data, after, at) => {
          const all = Object.entries(fields).map(([name, value]) => field(name, value, boundary));
          const end = `--${boundary}--\r\n${after}`;
          const { head, file: received } = read(
            Buffer.concat([...all, file(data, boundary), Buffer.from(end)]),
            at,
            boundary,
          );
          expect(received.toString()).toBe(data);
          expect(Object.fromEntries([...head.fields.values()].map(({ name, value }) => [name, value]))).toEqual(fields);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('are read or refused, whatever comes', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '--b',
        '\r\n',
        '--',
        'content-disposition:',
        'form-data;',
        ' name=',
        '"',
        'file',
        'key',
        ';',
        'a',
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(100)), (pieces, cuts) => {
        try {
          read(Buffer.from(pieces.join('')), cuts);
        } catch (error) {
          if (!(error instanceof S3Error) && (error as Error).message !== 'no file') throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('may have anything before their first boundary, and after their file', () => {
    const { head, file: data } = read(form('preamble\r\n', field('key', 'k'), file('data'), field('key', 'other')));
    expect(data.toString()).toBe('data');
    expect(head.fields.get('key')).toEqual({ name: 'key', value: 'k' });
  });

  it.each<[string, string, string | undefined]>([
    ['form-data; name=file; filename=plain', 'file', 'plain'],
    ['form-data; NAME="File"; filename=""', 'file', ''],
    ['form-data; name="file"', 'file', undefined],
    ['form-data; filename="name=\\"key\\"; name=x"; name="file"', 'file', 'name="key"; name=x'],
    ['Form-Data;name="file";filename="C:\\dir\\ü.txt"', 'file', 'C:\\dir\\ü.txt'],
  ])('know the name of their file: %s', (disposition, _, name) => {
    const { head } = read(form(part(`content-disposition: ${disposition}`, 'data')));
    expect(head.filename).toBe(name);
  });

  it('take parts with a file name for fields, join metadata, and keep the last of others', () => {
    const named = part('Content-Disposition: form-data; name="key"; filename="key"', 'k');
    const twice = ['1', '2'].flatMap((value) => [field('x-amz-meta-a', value), field('acl', value)]);
    const { head } = read(form(named, ...twice, file('')));
    const values = Object.fromEntries([...head.fields].map(([name, { value }]) => [name, value]));
    expect(values).toEqual({ key: 'k', 'x-amz-meta-a': '1,2', acl: '2' });
  });

  it.each<[string, Buffer, string]>([
    ['no form', Buffer.alloc(100_000, 'key=k&file=x'), 'MalformedPOSTRequest'],
    ['no disposition', form(part('Content-Type: a/b', ''), file('')), 'MalformedPOSTRequest'],
    ['another disposition', form(part('Content-Disposition: file; name="file"', '')), 'MalformedPOSTRequest'],
    ['no name', form(part('Content-Disposition: form-data', ''), file('')), 'MalformedPOSTRequest'],
    ['a longer boundary', form('--bb\r\n', file('')), 'MalformedPOSTRequest'],
    ['no end', Buffer.concat([field('key', 'k'), file('data')]), 'MalformedPOSTRequest'],
    ['no file', form(field('key', 'k')), 'POST requires exactly one file upload per request.'],
    ['a large field', form(field('x-ignore', 'a'.repeat(20_481)), file('')), 'MaxPostPreDataLengthExceeded'],
    ['a field without end', Buffer.concat([field('a', 'a'.repeat(100_000))]), 'MaxPostPreDataLengthExceeded'],
    ['many fields', form(...Array.from({ length: 2000 }, () => field('a', '')), file('')), 'MaxPostPreDataLength'],
  ])('are refused with %s', (_, body, message) => {
    expect(() => read(body)).toThrow(message);
    const everywhere = Array.from({ length: Math.min(body.length, 200) }, (__, at) => at);
    expect(() => read(body, everywhere)).toThrow(message);
  });

  it('take fields of 20,480 bytes', () => {
    const { head } = read(form(field('name', 'a'.repeat(20_476)), file('')));
    expect(head.fields.get('name')?.value).toHaveLength(20_476);
  });

  it.each<[string | undefined, string]>([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data;charset=utf-8; Boundary="a b:c"', 'a b:c'],
  ])('have a boundary: %s', (type, boundary) => {
    expect(boundaryOf(type)).toBe(boundary);
  });

  it.each<[string | undefined, string]>([
    [undefined, 'PreconditionFailed'],
    ['text/plain', 'PreconditionFailed'],
    ['multipart/mixed; boundary=b', 'PreconditionFailed'],
    ['multipart/form-data', 'MalformedPOSTRequest'],
    ['multipart/form-data; boundary=', 'MalformedPOSTRequest'],
    [`multipart/form-data; boundary=${'b'.repeat(71)}`, 'MalformedPOSTRequest'],
  ])('are refused for their type: %s', (type, code) => {
    expect(() => boundaryOf(type)).toThrow(code);
  });
});
