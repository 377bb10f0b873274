import { s3Error } from '../errors/s3-error';

/** A range of bytes that lies within an object. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Parses the `Range` of a GET or HEAD, clipped to the size of the object. S3 ignores several ranges and other units than bytes; the
 * result is then undefined.
 * @throws InvalidRange (416) for a range outside the object
 */
export function parseReadRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  const unsatisfiable = s3Error('InvalidRange', { RangeRequested: header, ActualObjectSize: size });
  if (first === '') {
    const suffix = Math.min(Number(last), size);
    if (suffix === 0) throw unsatisfiable;
    return { offset: size - suffix, length: suffix };
  }
  const offset = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < offset) return undefined;
  if (offset >= size) throw unsatisfiable;
  return { offset, length: end - offset + 1 };
}

/**
 * Parses the `x-amz-copy-source-range` of UploadPartCopy: `bytes=first-last`, both given and inside the source. It is not clipped.
 * Contrary to the documentation, S3 accepts a range of a source below 5 MB (recorded with a source of 10 bytes).
 */
export function parseCopyRange(header: string, size: number): ByteRange {
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const first = Number(match?.[1]);
  const last = Number(match?.[2]);
  const argument = { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header };
  if (match === null || first > last) throw s3Error('CopyRangeForm', argument);
  if (first >= size) throw s3Error('CopyRangeOutside');
  if (last >= size) throw s3Error('CopyRangeBeyondEnd', argument, { size });
  return { offset: first, length: last - first + 1 };
}

/** The value of `Content-Range`. */
export function contentRange(range: ByteRange, size: number): string {
  return `bytes ${range.offset}-${range.offset + range.length - 1}/${size}`;
}
