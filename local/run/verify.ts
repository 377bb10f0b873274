import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CopyResult } from '../../lib/private/protocol';
import type { S3Server } from '../s3';

interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/** How two objects were compared, for people. */
export interface Verification {
  readonly equal: boolean;
  readonly text: string;
}

/**
 * Compares source and copy from outside, independently of what the workflow says: real bytes are read back from both,
 * generated content is compared by what it is and by its checksum.
 */
export async function verifyCopy(
  server: S3Server,
  client: S3Client,
  result: CopyResult,
  realBytes: boolean,
): Promise<Verification> {
  return realBytes
    ? compareBytes(client, result.source, result.destination)
    : compareContent(server, client, result.source, result.destination);
}

async function compareBytes(client: S3Client, source: ObjectVersion, copy: ObjectVersion): Promise<Verification> {
  const [expected, actual] = [await sha256(client, source), await sha256(client, copy)];
  return expected === actual
    ? { equal: true, text: `both objects read back, SHA-256 ${actual}` }
    : { equal: false, text: `the source's SHA-256 is ${expected}, the copy's is ${actual}` };
}

async function sha256(client: S3Client, object: ObjectVersion): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand(toParameters(object)));
  const hash = createHash('sha256');
  for await (const chunk of Body as Readable) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function compareContent(
  server: S3Server,
  client: S3Client,
  source: ObjectVersion,
  copy: ObjectVersion,
): Promise<Verification> {
  const identity = ({ bucket, key, versionId }: ObjectVersion) =>
    server.contentIdentity(bucket, key, versionId === '' ? undefined : versionId);
  const checksum = async (object: ObjectVersion) => {
    const head = await client.send(new HeadObjectCommand({ ...toParameters(object), ChecksumMode: 'ENABLED' }));
    return head.ChecksumCRC64NVME;
  };
  if (identity(source) !== identity(copy)) return { equal: false, text: 'the copy holds other bytes than the source' };
  const [expected, actual] = [await checksum(source), await checksum(copy)];
  return expected === actual
    ? { equal: true, text: `the same generated content, CRC64NVME ${actual}` }
    : { equal: false, text: `the source's CRC64NVME is ${expected}, the copy's is ${actual}` };
}

function toParameters({ bucket: Bucket, key: Key, versionId }: ObjectVersion) {
  return { Bucket, Key, VersionId: versionId === '' ? undefined : versionId };
}
