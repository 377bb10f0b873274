import {
  ErrorName,
  type FullObjectAlgorithm,
  type FullObjectChecksum,
  type Integrity,
  type ObjectAddress,
  type SourceObject,
} from '../../lib/private/protocol';
import { describeObject } from './copy-source';
import { CopyError } from './errors';

/** The fields in which S3 answers checksums, in the calls that make or describe an object. */
export interface ChecksumFields {
  readonly ChecksumType?: string;
  readonly ChecksumCRC64NVME?: string;
  readonly ChecksumCRC32?: string;
  readonly ChecksumCRC32C?: string;
}

/** Algorithms that S3 can check over a whole multipart object, the one that it adds by itself first. */
const FULL_OBJECT_ALGORITHMS: FullObjectAlgorithm[] = ['CRC64NVME', 'CRC32C', 'CRC32'];

/** The checksum of an object over all its bytes; undefined where it has none, or only one of its parts' checksums. */
export function fullObjectChecksum(fields: ChecksumFields): FullObjectChecksum | undefined {
  if (fields.ChecksumType !== undefined && fields.ChecksumType !== 'FULL_OBJECT') return undefined;
  for (const algorithm of FULL_OBJECT_ALGORITHMS) {
    const value = fields[`Checksum${algorithm}`];
    if (value !== undefined) return { algorithm, value };
  }
  return undefined;
}

/** The parameter that carries a checksum of this algorithm. */
export function checksumParameter(checksum: FullObjectChecksum): { [field: string]: string } {
  return { [`Checksum${checksum.algorithm}`]: checksum.value };
}

/** What is known of an object at the destination. */
export interface Copy extends ChecksumFields {
  readonly ETag?: string;
  readonly ContentLength?: number;
}

/** How two objects compare: what proves them equal, or in which respect they differ. */
export type Comparison = { readonly integrity: Integrity } | { readonly difference: ErrorName; readonly text: string };

/** Compares the source as Plan saw it with an object at the destination, by the strongest means that both have. */
export function compare(source: SourceObject, expected: FullObjectChecksum | undefined, copy: Copy): Comparison {
  if (copy.ContentLength !== source.size) {
    const text = `it has ${copy.ContentLength} bytes instead of ${source.size}`;
    return { difference: ErrorName.SIZE_MISMATCH, text };
  }
  const actual = fullObjectChecksum(copy);
  if (expected && actual && expected.algorithm === actual.algorithm) {
    if (expected.value !== actual.value) {
      const text = `its ${expected.algorithm} is ${actual.value} instead of ${expected.value}`;
      return { difference: ErrorName.CHECKSUM_MISMATCH, text };
    }
    return {
      integrity: { verifiedBy: 'full-object-checksum', algorithm: expected.algorithm, checksum: expected.value },
    };
  }
  const verifiedBy = copy.ETag === source.etag ? 'etag' : 'size';
  return { integrity: { verifiedBy, algorithm: actual?.algorithm ?? '', checksum: actual?.value ?? '' } };
}

/** @throws SizeMismatch, ChecksumMismatch */
export function proveEqual(
  source: SourceObject,
  expected: FullObjectChecksum | undefined,
  copy: Copy,
  destination: ObjectAddress,
): Integrity {
  const comparison = compare(source, expected, copy);
  if ('integrity' in comparison) return comparison.integrity;
  throw new CopyError(
    comparison.difference,
    `${describeObject(destination)} is not equal to ${describeObject(source)}: ${comparison.text}; it was overwritten after the copy, or the copy is wrong`,
  );
}
