import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { GetObjectTaggingCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type Address, type Bench, type Copied, type CopyInput, destinationOf, sha256 } from './bench';
import { LAKE, LAKE_VERSIONS, RAW, RAW_VERSIONS } from './template';
import type { BeforeRequest } from './watching-proxy';

const MIB = 1024 ** 2;
const PART_SIZE = 5 * MIB;

const PROPERTIES = {
  CacheControl: 'max-age=60',
  ContentDisposition: 'attachment; filename="a.bin"',
  ContentEncoding: 'identity',
  ContentLanguage: 'de',
  ContentType: 'application/x-test',
  Metadata: { colour: 'green', 'a-b': 'c d' },
};

const TAGS = { Tagging: 'team=a&stage=b' };

/** A copy that every S3 server should be able to make, by name. It throws what went wrong. */
export const CASES: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  '0 bytes': (bench) => copyOf(bench, raw('empty'), Buffer.alloc(0)),
  'one CopyObject': (bench) => copyOf(bench, raw('small'), randomBytes(MIB)),
  'one CopyObject, headers and metadata': (bench) => copyOf(bench, raw('small-headers'), randomBytes(MIB), PROPERTIES),
  'one CopyObject, headers and metadata replaced': async (bench) => {
    const options = { metadataDirective: 'REPLACE', contentType: 'text/plain', metadata: { a: 'b' } };
    const { head } = await copyChecked(bench, raw('small-replaced'), [randomBytes(MIB)], PROPERTIES, { options });
    assert.deepEqual([head.ContentType, head.Metadata, head.CacheControl], ['text/plain', { a: 'b' }, undefined]);
  },
  'a key with spaces, letters beyond ASCII, and a plus': (bench) => copyOf(bench, raw('a b+ü'), randomBytes(MIB)),
  'a key with spaces, letters beyond ASCII, and a plus, in parts': (bench) =>
    copyOf(bench, raw('parts of a b+ü'), randomBytes(11 * MIB), {}, { options: { partSize: PART_SIZE } }),
  'a key with a percent sign': (bench) => copyOf(bench, raw('100%'), randomBytes(MIB)),
  'a key with a percent sign, in parts': (bench) =>
    copyOf(bench, raw('parts of 100%'), randomBytes(11 * MIB), {}, { options: { partSize: PART_SIZE } }),
  'parts of 5 MiB': (bench) =>
    copyOf(bench, raw('parts'), randomBytes(11 * MIB), {}, { options: { partSize: PART_SIZE } }),
  'parts of 5 MiB, headers and metadata': (bench) =>
    copyOf(bench, raw('parts-headers'), randomBytes(11 * MIB), PROPERTIES, { options: { partSize: PART_SIZE } }),
  'a source of 3 parts': async (bench) => {
    await copyChecked(bench, raw('own-parts'), threeParts());
  },
  'a source of 3 parts, in other parts': async (bench) => {
    await copyChecked(bench, raw('other-parts'), threeParts(), {}, { options: { partSize: '6MiB' } });
  },
  'a source of 3 parts, one CopyObject': async (bench) => {
    await copyChecked(bench, raw('joined-parts'), threeParts(), {}, { options: { partSize: '64MiB' } });
  },
  'a source of 3 parts, preserveEtag': async (bench) => {
    const input = { options: { preserveEtag: true } };
    const { copied, head } = await copyChecked(bench, raw('same-etag'), threeParts(), {}, input);
    assert.equal(copied.result.integrity.verifiedBy, 'etag');
    assert.match(head.ETag!, /-3"$/);
  },
  'a range': async (bench) => {
    const bytes = randomBytes(12 * MIB);
    const source = raw('range');
    await bench.put(source, bytes);
    const input = { source, options: { range: `bytes=${MIB}-${11 * MIB - 2}`, partSize: PART_SIZE } };
    const { result } = await bench.copy(input);
    assert.equal(result.status, 'COPIED');
    await expectBytes(bench, { bucket: LAKE, key: source.key }, bytes.subarray(MIB, 11 * MIB - 1));
  },
  'tags, one CopyObject': (bench) => copyTags(bench, 'tags-small', MIB, {}),
  'tags, parts': (bench) => copyTags(bench, 'tags-parts', 11 * MIB, { partSize: PART_SIZE }),
  'tags of the input, parts': async (bench) => {
    const options = { partSize: PART_SIZE, taggingDirective: 'REPLACE', tagging: { team: 'c' } };
    await copyOf(bench, raw('tags-replaced'), randomBytes(11 * MIB), {}, { workflow: 'CopyWithTags', options });
    assert.deepEqual(await tagsOf(bench, 'tags-replaced'), { team: 'c' });
  },
  'a source without tags, a workflow that copies tags': async (bench) => {
    const input = { workflow: 'CopyWithTags' as const, options: { partSize: PART_SIZE } };
    await copyOf(bench, raw('no-tags'), randomBytes(11 * MIB), {}, input);
  },
  'the current version': (bench) => copyOf(bench, { bucket: RAW_VERSIONS, key: 'current' }, randomBytes(MIB)),
  'an older version, one CopyObject': (bench) => copyOlderVersion(bench, 'older-small', MIB, {}),
  'an older version, parts': (bench) => copyOlderVersion(bench, 'older', 11 * MIB, { partSize: PART_SIZE }),
  'into a bucket with versions, one CopyObject': (bench) =>
    copyOf(bench, raw('to-versions-small'), randomBytes(MIB), {}, toVersions('to-versions-small')),
  'into a bucket with versions, parts': (bench) => {
    const input = { ...toVersions('to-versions'), options: { partSize: PART_SIZE } };
    return copyOf(bench, raw('to-versions'), randomBytes(11 * MIB), {}, input);
  },
  "overwrite 'never', nothing there": (bench) =>
    copyOf(bench, raw('never'), randomBytes(11 * MIB), {}, { options: { overwrite: 'never', partSize: PART_SIZE } }),
  "overwrite 'never', an object there": async (bench) => {
    const source = raw('never-there');
    await bench.put(source, 'new');
    await bench.put({ bucket: LAKE, key: source.key }, 'old');
    await bench.fail({ source, options: { overwrite: 'never' } }, 'DestinationExists');
    await expectBytes(bench, { bucket: LAKE, key: source.key }, Buffer.from('old'));
  },
  "overwrite 'if-different', equal": async (bench) => {
    const source = raw('if-different');
    await bench.put(source, 'equal');
    await bench.put({ bucket: LAKE, key: source.key }, 'equal');
    const { result } = await bench.copy({ source, options: { overwrite: 'if-different' } });
    assert.equal(result.status, 'SKIPPED');
  },
  "overwrite 'if-different', different": async (bench) => {
    await bench.put({ bucket: LAKE, key: 'if-different-2' }, 'old');
    await copyOf(bench, raw('if-different-2'), Buffer.from('new'), {}, { options: { overwrite: 'if-different' } });
  },
  'a condition on the source that does not hold': async (bench) => {
    const source = raw('condition');
    await bench.put(source, 'x');
    const options = { copySourceIfMatch: '"00000000000000000000000000000000"' };
    await bench.fail({ source, options }, 'PreconditionFailed');
  },
  'a source that is replaced, one CopyObject': (bench) => copyReplaced(bench, 'replaced-small', MIB, 'CopyObject'),
  'a source that is replaced, parts': (bench) => copyReplaced(bench, 'replaced', 11 * MIB, 'UploadPartCopy'),
  "overwrite 'never', an object appears, one CopyObject": (bench) =>
    neverOver(bench, 'appears-small', MIB, 'CopyObject'),
  "overwrite 'never', an object appears, parts": (bench) =>
    neverOver(bench, 'appears', 11 * MIB, 'CompleteMultipartUpload'),
  'ifMatch, the object is replaced': async (bench) => {
    const [source, destination] = [raw('if-match'), { bucket: LAKE, key: 'if-match' }];
    await bench.put(source, 'new');
    await bench.put(destination, 'old');
    const { ETag } = await bench.head(destination);
    const before = beforeFirst('CopyObject', () => bench.put(destination, 'other'));
    await bench.fail({ source, options: { ifMatch: ETag }, before }, 'DestinationExists');
    await expectBytes(bench, destination, Buffer.from('other'));
  },
  "integrity 'required', parts": async (bench) => {
    const source = raw('required');
    await bench.put(source, randomBytes(11 * MIB));
    await bench.fail({ source, options: { integrity: 'required', partSize: PART_SIZE } }, 'IntegrityUnavailable');
  },
  'a failure leaves no upload': async (bench) => {
    const source = raw('refused');
    await bench.put(source, randomBytes(11 * MIB));
    await bench.fail({ source, options: { partSize: PART_SIZE }, before: refusePart(3) }, 'AccessDenied');
    assert.deepEqual(await bench.uploads({ bucket: LAKE, key: source.key }), [], 'uploads are left');
    await assert.rejects(bench.head({ bucket: LAKE, key: source.key }), 'an object was made');
  },
  'KEEP and resume': async (bench) => {
    const source = raw('resumed');
    const bytes = randomBytes(11 * MIB);
    await bench.put(source, bytes);
    const { ETag } = await bench.head(source);
    const kept = { partSize: PART_SIZE, onFailure: 'KEEP' };
    await bench.fail({ source, options: kept, before: refusePart(3) }, 'AccessDenied');
    const uploads = await bench.uploads({ bucket: LAKE, key: source.key });
    assert.equal(uploads.length, 1, 'the upload is not kept');
    const options = { partSize: PART_SIZE, resumeUploadId: uploads[0], copySourceIfMatch: ETag };
    const { result, requests } = await bench.copy({ source, options });
    assert.equal(result.reusedParts, 2);
    const parts = requests.filter(({ operation }) => operation === 'UploadPartCopy');
    assert.deepEqual(new Set(parts.map(({ partNumber }) => partNumber)), new Set([3]));
    await expectBytes(bench, { bucket: LAKE, key: source.key }, bytes);
  },
};

function raw(key: string): Address {
  return { bucket: RAW, key };
}

function toVersions(key: string): Pick<CopyInput, 'destination'> {
  return { destination: { bucket: LAKE_VERSIONS, key } };
}

function threeParts(): Buffer[] {
  return [randomBytes(5 * MIB), randomBytes(6 * MIB), randomBytes(MIB + 1)];
}

function refusePart(refused: number): BeforeRequest {
  return ({ operation, partNumber }) =>
    Promise.resolve(operation === 'UploadPartCopy' && partNumber === refused ? 'refuse' : undefined);
}

/** Acts before the first request of an operation. */
function beforeFirst(wanted: string, act: () => Promise<unknown>): BeforeRequest {
  let acting: Promise<unknown> | undefined;
  return async ({ operation }) => {
    if (operation === wanted) await (acting ??= act());
  };
}

type Properties = Parameters<Bench['put']>[2];

async function copyOf(
  bench: Bench,
  source: Address,
  bytes: Buffer,
  properties: Properties = {},
  input: Omit<CopyInput, 'source'> = {},
): Promise<void> {
  await copyChecked(bench, source, [bytes], properties, input);
}

/** Puts an object, of several parts if there are several, copies it, and compares what the server has afterwards. */
async function copyChecked(
  bench: Bench,
  source: Address,
  bodies: readonly Buffer[],
  properties: Properties = {},
  input: Omit<CopyInput, 'source'> = {},
): Promise<{ copied: Copied; head: HeadObjectCommandOutput }> {
  if (bodies.length === 1) await bench.put(source, bodies[0]!, properties);
  else await bench.putParts(source, bodies, properties);
  const before = await bench.head(source);
  const copied = await bench.copy({ ...input, source });
  assert.equal(copied.result.status, 'COPIED');
  const destination = destinationOf({ ...input, source });
  await expectBytes(bench, destination, Buffer.concat(bodies));
  const [head, after] = [await bench.head(destination), await bench.head(source)];
  assert.deepEqual([after.ETag, after.LastModified], [before.ETag, before.LastModified], 'the source was changed');
  assert.deepEqual(await bench.uploads(destination), [], 'uploads are left');
  if (copied.result.integrity.verifiedBy === 'etag') assert.equal(head.ETag, before.ETag);
  assert.equal(copied.result.destination.versionId, head.VersionId ?? '');
  if (input.options?.metadataDirective !== 'REPLACE') assert.deepEqual(propertiesOf(head), propertiesOf(before));
  return { copied, head };
}

function propertiesOf(head: HeadObjectCommandOutput) {
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata } = head;
  return { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata };
}

async function copyOlderVersion(bench: Bench, key: string, size: number, options: object): Promise<void> {
  const bytes = randomBytes(size);
  const address = { bucket: RAW_VERSIONS, key };
  const source = { ...address, versionId: await bench.put(address, bytes) };
  await bench.put(address, 'newer');
  const { result } = await bench.copy({ source, options: { ...options } });
  assert.equal(result.source.versionId, source.versionId);
  await expectBytes(bench, { bucket: LAKE, key }, bytes);
}

async function copyTags(bench: Bench, key: string, size: number, options: object): Promise<void> {
  await copyOf(bench, raw(key), randomBytes(size), TAGS, { workflow: 'CopyWithTags', options: { ...options } });
  assert.deepEqual(await tagsOf(bench, key), { team: 'a', stage: 'b' });
}

async function tagsOf(bench: Bench, Key: string): Promise<Record<string, string | undefined>> {
  const { TagSet = [] } = await bench.client.send(new GetObjectTaggingCommand({ Bucket: LAKE, Key }));
  return Object.fromEntries(TagSet.map(({ Key: name, Value }) => [name!, Value]));
}

/** The source is overwritten, with an object of the same size, when Plan has seen it. */
async function copyReplaced(bench: Bench, key: string, size: number, operation: string): Promise<void> {
  const source = raw(key);
  await bench.put(source, randomBytes(size));
  const before = beforeFirst(operation, () => bench.put(source, randomBytes(size)));
  await bench.fail({ source, options: { partSize: PART_SIZE }, before }, 'SourceChanged');
  await assert.rejects(bench.head({ bucket: LAKE, key }), 'an object was made');
}

/** Somebody else makes the object before the copy does. */
async function neverOver(bench: Bench, key: string, size: number, operation: string): Promise<void> {
  const [source, destination] = [raw(key), { bucket: LAKE, key }];
  await bench.put(source, randomBytes(size));
  const before = beforeFirst(operation, () => bench.put(destination, 'other'));
  await bench.fail({ source, options: { overwrite: 'never', partSize: PART_SIZE }, before }, 'DestinationExists');
  await expectBytes(bench, destination, Buffer.from('other'));
}

async function expectBytes(bench: Bench, address: Address, bytes: Buffer): Promise<void> {
  assert.equal(await bench.sha256(address), sha256(bytes), `the bytes of ${address.bucket}/${address.key} differ`);
}
