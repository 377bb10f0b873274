import { s3Error } from '../errors/s3-error';

/** A range of bytes that lies within an object. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * The `Range` of a GET or HEAD. One range is honoured, clipped to the object; a header that S3 does not understand (several ranges,
 * another unit) is ignored and gives undefined, the whole object; a range outside it is InvalidRange (416).
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
 * The `x-amz-copy-source-range` of UploadPartCopy: `bytes=first-last`, both ends given and inside the source. Unlike a GET it is
 * never clipped. Sources of any size take a range (recorded on one of 10 bytes, whatever the documentation says of 5 MB).
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

/** `Content-Range` of an answer. */
export function contentRange(range: ByteRange, size: number): string {
  return `bytes ${range.offset}-${range.offset + range.length - 1}/${size}`;
}
