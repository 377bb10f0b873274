import { createCipheriv, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Server } from '../s3';
import { InvalidRun } from './errors';

/** What the object to be copied is made of. */
export interface SourceContent {
  /** Bytes of a file of the user's. */
  readonly file?: string;
  /** Bytes to generate: virtual content, of which nothing is stored, unless `onDisk`. */
  readonly size?: number;
  /** Generates real bytes and stores them. */
  readonly onDisk?: boolean;
  /** The bytes themselves. */
  readonly text?: string;
  /** Equal seeds generate equal content. */
  readonly seed?: string;
}

/** Object of an execution input or of `mpcopy local`. */
export interface SourceAddress {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

const CHUNK = 1024 ** 2;
const UPLOAD_PART_SIZE = 16 * CHUNK;
const MAX_PARTS = 10_000;

/**
 * Puts the object to be copied into the embedded S3: generated content by its description, real bytes as a client does. Returns
 * their number.
 *
 * @throws InvalidRun where the file cannot be read
 */
export async function putSource(
  server: S3Server,
  client: S3Client,
  address: SourceAddress,
  content: SourceContent,
): Promise<number> {
  const { size = 0 } = content;
  if (content.file !== undefined) {
    const bytes = await fileSize(content.file);
    await upload(client, address, createReadStream(content.file, { highWaterMark: CHUNK }), bytes);
    return bytes;
  }
  if (content.text !== undefined) {
    const bytes = Buffer.from(content.text);
    await upload(client, address, Readable.from([bytes], { objectMode: false }), bytes.length);
    return bytes.length;
  }
  if (content.onDisk) await upload(client, address, randomStream(size), size);
  else server.putGenerated({ ...address, size, ...(content.seed !== undefined && { seed: content.seed }) });
  return size;
}

async function fileSize(file: string): Promise<number> {
  try {
    const stats = await stat(file);
    if (stats.isFile()) return stats.size;
  } catch (error) {
    throw new InvalidRun(`--file ${file} cannot be read: ${(error as Error).message}`);
  }
  throw new InvalidRun(`--file ${file} is not a file`);
}

async function upload(client: S3Client, { bucket, key }: SourceAddress, body: Readable, size: number): Promise<void> {
  const partSize = Math.max(UPLOAD_PART_SIZE, Math.ceil(size / MAX_PARTS));
  await new Upload({ client, partSize, queueSize: 2, params: { Bucket: bucket, Key: key, Body: body } }).done();
}

/** A key stream is as good as random, and faster. */
function randomStream(size: number): Readable {
  const cipher = createCipheriv('aes-128-ctr', randomBytes(16), randomBytes(16));
  const zeros = Buffer.alloc(CHUNK);
  return Readable.from(
    (function* chunks() {
      for (let left = size; left > 0; left -= CHUNK) {
        yield cipher.update(left < CHUNK ? zeros.subarray(0, left) : zeros);
      }
    })(),
    { objectMode: false },
  );
}
