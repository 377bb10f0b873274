import { createCipheriv, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Server } from '../s3';
import { InvalidRun } from './errors';

/** The content of an object. */
export interface SourceContent {
  /** A file whose bytes are uploaded. */
  readonly file?: string;
  /** Number of bytes to generate. They are not stored, unless `onDisk` is set. */
  readonly size?: number;
  /** Generates real bytes, and stores them. */
  readonly onDisk?: boolean;
  /** The bytes themselves. */
  readonly text?: string;
  /** Equal seeds generate equal content. */
  readonly seed?: string;
}

/** An object that an execution input names. */
export interface SourceAddress {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

const CHUNK = 1024 ** 2;
const UPLOAD_PART_SIZE = 16 * CHUNK;
const MAX_PARTS = 10_000;

/**
 * Puts an object into the embedded S3: generated content as a description, real bytes with S3 uploads. Returns its
 * size.
 *
 * @throws InvalidRun if the file cannot be read
 */
export async function putSource(
  server: Pick<S3Server, 'putGenerated'>,
  client: S3Client,
  address: SourceAddress,
  content: SourceContent,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<number> {
  const { size = 0 } = content;
  const put = (body: Readable, bytes: number) => upload(client, address, body, bytes, onBytes);
  if (content.file !== undefined) {
    const bytes = await requireReadable('--file', content.file);
    await put(createReadStream(content.file, { highWaterMark: CHUNK }), bytes);
    return bytes;
  }
  if (content.text !== undefined) {
    const bytes = Buffer.from(content.text);
    await put(Readable.from([bytes], { objectMode: false }), bytes.length);
    return bytes.length;
  }
  if (content.onDisk) {
    await put(randomStream(size), size);
  } else {
    server.putGenerated({ ...address, size, ...(content.seed !== undefined && { seed: content.seed }) });
    onBytes(size);
  }
  return size;
}

/**
 * Checks that a file can be opened for reading. Returns its size.
 *
 * @param option that names the file
 * @throws InvalidRun
 */
export async function requireReadable(option: string, file: string): Promise<number> {
  let handle;
  try {
    handle = await open(file, 'r');
    const stats = await handle.stat();
    if (stats.isFile()) return stats.size;
  } catch (error) {
    throw new InvalidRun(`${option} ${file} cannot be read: ${(error as Error).message}`);
  } finally {
    await handle?.close();
  }
  throw new InvalidRun(`${option} ${file} is not a file`);
}

async function upload(
  client: S3Client,
  { bucket, key }: SourceAddress,
  body: Readable,
  size: number,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const partSize = Math.max(UPLOAD_PART_SIZE, Math.ceil(size / MAX_PARTS));
  const running = new Upload({ client, partSize, queueSize: 2, params: { Bucket: bucket, Key: key, Body: body } });
  let reported = 0;
  running.on('httpUploadProgress', ({ loaded = 0 }) => {
    onBytes(loaded - reported);
    reported = loaded;
  });
  await running.done();
}

/** An AES key stream, which cannot be compressed, like random bytes, but is faster to generate. */
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
