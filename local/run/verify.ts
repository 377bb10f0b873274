import { createHash } from 'node:crypto';
import type { CopyResult } from '../../lib/private/protocol';
import type { ByteRange, S3Server } from '../s3';
import { byteCounter, type OnProgress } from './progress';

/** Result of a comparison, with an explanation for people. */
export interface Verification {
  readonly equal: boolean;
  readonly text: string;
}

export interface VerifyOptions {
  /** Whether the bytes can be read back; false for generated content, whose descriptions are compared. */
  readonly realBytes: boolean;
  /** Name of the bucket behind a bucket name, access point ARN or alias. */
  readonly bucketOf: (name: string) => string;
  /** The range of the source that was copied. Default: all of it. */
  readonly range?: ByteRange;
  readonly onProgress?: OnProgress;
}

type Stored = Parameters<S3Server['readContent']>;

/**
 * Compares source and copy independently of the workflow. Real bytes are read back from both, without asking for permissions or
 * keys; generated content is compared by its description and its checksum.
 */
export async function verifyCopy(server: S3Server, result: CopyResult, options: VerifyOptions): Promise<Verification> {
  const stored = ({ bucket, key, versionId }: CopyResult['destination'], range?: ByteRange): Stored => [
    options.bucketOf(bucket),
    key,
    versionId === '' ? undefined : versionId,
    range,
  ];
  const [source, copy] = [stored(result.source, options.range), stored(result.destination)];
  if (options.realBytes) {
    const total = (options.range?.length ?? result.source.size) + result.destination.size;
    const onBytes = byteCounter('compare', total, options.onProgress);
    const [expected, actual] = [await sha256(server, source, onBytes), await sha256(server, copy, onBytes)];
    return expected === actual
      ? { equal: true, text: `both objects read back, SHA-256 ${actual}` }
      : { equal: false, text: `the source's SHA-256 is ${expected}, the copy's is ${actual}` };
  }
  options.onProgress?.({ phase: 'compare' });
  if (server.contentIdentity(...source) !== server.contentIdentity(...copy)) {
    return { equal: false, text: 'the copy holds other bytes than the source' };
  }
  const [expected, actual] = [await server.contentCrc(...source), await server.contentCrc(...copy)];
  return expected === actual
    ? { equal: true, text: `the same content, CRC64NVME ${actual}` }
    : { equal: false, text: `the source's CRC64NVME is ${expected}, the copy's is ${actual}` };
}

async function sha256(server: S3Server, object: Stored, onBytes: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of server.readContent(...object)) {
    hash.update(chunk);
    onBytes(chunk.length);
  }
  return hash.digest('hex');
}
