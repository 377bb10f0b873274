import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  ErrorName,
  type Integrity,
  type SourceChecksum,
  type SourceObject,
} from '../../lib/private/protocol';

/** The fields in which S3 returns checksums of objects and parts. */
export type ChecksumFields = { readonly ChecksumType?: string } & {
  readonly [A in ChecksumAlgorithm as `Checksum${A}`]?: string;
};

/** The checksum that S3 stores with an object; undefined if there is none. */
export function storedChecksum(fields: ChecksumFields): SourceChecksum | undefined {
  const algorithm = CHECKSUM_ALGORITHMS.find((name) => fields[`Checksum${name}`] !== undefined);
  if (algorithm === undefined) return undefined;
  const type = fields.ChecksumType === 'COMPOSITE' ? 'COMPOSITE' : 'FULL_OBJECT';
  return { algorithm, type, value: fields[`Checksum${algorithm}`]! };
}

/** All checksums that S3 stores with an object, by algorithm. */
export function storedChecksums(fields: ChecksumFields): Record<string, string> {
  const values = CHECKSUM_ALGORITHMS.map((name) => [name, fields[`Checksum${name}`]] as const);
  return Object.fromEntries(values.filter((entry): entry is [ChecksumAlgorithm, string] => entry[1] !== undefined));
}

/** Number of parts of an object with a composite checksum. */
export function partCount(checksum: SourceChecksum): number {
  return Number(/-(\d+)$/.exec(checksum.value)?.[1] ?? 1);
}

/** The parameter of a checksum of this algorithm. */
export function checksumParameter({ algorithm, value }: Pick<SourceChecksum, 'algorithm' | 'value'>): {
  [field: string]: string;
} {
  return { [`Checksum${algorithm}`]: value };
}

/** The fields of an object at the destination that are compared. */
export interface Copy extends ChecksumFields {
  readonly ETag?: string;
  readonly ContentLength?: number;
}

/** What the copy must have. */
export interface Expected {
  /** Bytes. */
  readonly size: number;
  /** Of the source. Absent if only a range is copied. */
  readonly etag?: string;
  readonly checksum?: SourceChecksum;
}

/** What a copy of the whole source, or of `length` bytes of it, must have. */
export function expectedOf(source: SourceObject, checksum: SourceChecksum | undefined, length?: number): Expected {
  const isWhole = length === undefined || length === source.size;
  return isWhole ? { size: source.size, etag: source.etag, checksum } : { size: length };
}

/** What proves two objects equal, or how they differ. */
export type Comparison = { readonly integrity: Integrity } | { readonly difference: ErrorName; readonly text: string };

/** Compares by the strongest proof that both objects have. Equal sizes prove nothing. */
export function compare(expected: Expected, copy: Copy): Comparison {
  if (copy.ContentLength !== expected.size) {
    const text = `it has ${copy.ContentLength} bytes instead of ${expected.size}`;
    return { difference: ErrorName.SIZE_MISMATCH, text };
  }
  const { checksum } = expected;
  const actual = storedChecksum(copy);
  if (checksum && actual && checksum.algorithm === actual.algorithm && checksum.type === actual.type) {
    if (checksum.value === actual.value) return { integrity: provenBy(checksum) };
    const text = `its ${checksum.algorithm} is ${actual.value} instead of ${checksum.value}`;
    return { difference: ErrorName.CHECKSUM_MISMATCH, text };
  }
  const verifiedBy = copy.ETag === expected.etag ? 'etag' : 'size';
  return { integrity: { verifiedBy, algorithm: actual?.algorithm ?? '', checksum: actual?.value ?? '' } };
}

/** The proof of a copy that has the checksum of the source. */
export function provenBy({ algorithm, type, value }: SourceChecksum): Integrity {
  const verifiedBy = type === 'COMPOSITE' ? 'composite-checksum' : 'full-object-checksum';
  return { verifiedBy, algorithm, checksum: value };
}
