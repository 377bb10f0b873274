import { createHash } from 'node:crypto';
import type { CopyResult } from '../../lib/private/protocol';
import type { ByteRange, S3Server } from '../s3';

/** How two objects were compared, for people. */
export interface Verification {
  readonly equal: boolean;
  readonly text: string;
}

export interface VerifyOptions {
  /** Whether there are bytes to read, or a description of them to compare. */
  readonly realBytes: boolean;
  /** Name of the bucket behind a name of the result, which may be an access point's. */
  readonly bucketOf: (name: string) => string;
  /** The bytes of the source that were to be copied. Default: all. */
  readonly range?: ByteRange;
}

type Stored = Parameters<S3Server['readContent']>;

/**
 * Compares source and copy from outside, independently of what the workflow says: real bytes are read back from both, whatever S3
 * would want to know of who reads them; generated content is compared by what it is and by its checksum.
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
    const [expected, actual] = [await sha256(server, source), await sha256(server, copy)];
    return expected === actual
      ? { equal: true, text: `both objects read back, SHA-256 ${actual}` }
      : { equal: false, text: `the source's SHA-256 is ${expected}, the copy's is ${actual}` };
  }
  if (server.contentIdentity(...source) !== server.contentIdentity(...copy)) {
    return { equal: false, text: 'the copy holds other bytes than the source' };
  }
  const [expected, actual] = [await server.contentCrc(...source), await server.contentCrc(...copy)];
  return expected === actual
    ? { equal: true, text: `the same generated content, CRC64NVME ${actual}` }
    : { equal: false, text: `the source's CRC64NVME is ${expected}, the copy's is ${actual}` };
}

async function sha256(server: S3Server, object: Stored): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of server.readContent(...object)) hash.update(chunk);
  return hash.digest('hex');
}
