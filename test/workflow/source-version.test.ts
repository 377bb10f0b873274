import { CopySource } from '../../lib';
import type { FaultRule, OperationEvent, S3Server } from '../../local/s3';
import { type Copy, copied, copy, failed, WAYS } from './support';

// A source that is pinned by its version, and one whose owner does not allow to name versions.

const OTHER = '999999999999';

/** Policy of the owner of the source, who grants the copy role these actions on objects. */
const granting = (...Action: string[]) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: '{copyRole}' }, Action, Resource: 'arn:aws:s3:::{bucket}/*' },
    { Effect: 'Allow', Principal: { AWS: '{copyRole}' }, Action: 's3:ListBucket', Resource: 'arn:aws:s3:::{bucket}' },
  ],
});

const UNVERSIONED = ['s3:GetObject', 's3:GetObjectTagging', 's3:GetObjectAcl'];
const ANNOTATIONS = ['s3:ListObjectAnnotations', 's3:GetObjectAnnotation'];

const props: Copy['props'] = () => ({
  sources: [CopySource.bucketName('raw', { prefix: 'in/', account: OTHER })],
  copyAnnotations: true,
});

/** @param actions that the owner of the versioned source grants */
function foreign(actions: readonly string[], object: object = {}): Copy {
  const policy = granting(...actions);
  return { setup: { object, sourceBucket: { owner: OTHER, versioning: 'Enabled', policy } }, props };
}

/** Overwrites the source once, when an operation is in a phase. */
function overwriteAt(
  phase: OperationEvent['phase'],
  operation: string,
  object: object = { size: 12, seed: 'new' },
): Copy['run'] {
  return {
    onReady: (server: S3Server) => {
      let isDone = false;
      server.onOperation((event) => {
        if (isDone || event.phase !== phase || event.operation !== operation) return;
        isDone = true;
        server.putGenerated({ bucket: 'raw', key: 'in/object.bin', size: 1, ...object });
      });
    },
  };
}

/** The requests that write the copy. */
const WRITES = { CopyObject: 'CopyObject', parts: 'UploadPartCopy' };

describe.each(WAYS)('by %s', (way) => {
  const plain = [...UNVERSIONED, ...ANNOTATIONS];
  const withVersions = ['s3:GetObject*', 's3:ListObject*'];
  const properties = { tags: { a: 'b' }, annotations: { note: 'text' } };

  test('s3:GetObject without s3:GetObjectVersion is enough, and the ETag pins the source', async () => {
    const report = await copy(foreign(plain, properties), way);
    expect(report).toMatchObject({ execution: { status: 'SUCCEEDED' }, verified: true, openUploads: 0 });
    expect(report.result!.source).toMatchObject({ pinnedBy: 'etag', versionId: report.source!.versionId });
    expect(report.source!.versionId).toMatch(/^.{32}$/);
    expect(report.copy).toMatchObject(properties);
    expect(new Set(report.iam!.denied.map(({ action }) => action))).toEqual(new Set(['s3:GetObjectVersion']));
  });

  test('the version pins the source where it may be named', async () => {
    const report = await copied(foreign(withVersions, properties), way);
    expect(report.result!.source).toMatchObject({ pinnedBy: 'version', versionId: report.source!.versionId });
  });

  test('a source that the ETag pins and somebody overwrites is SourceChanged', async () => {
    const report = await failed({ ...foreign(plain), run: overwriteAt('received', WRITES[way]) }, way, 'SourceChanged');
    expect(report.copy).toBeNull();
  });

  test('a source that the version pins is copied although somebody overwrites it', async () => {
    const { result } = await copy({ ...foreign(withVersions), run: overwriteAt('received', WRITES[way]) }, way);
    expect(result).toMatchObject({ status: 'COPIED', source: { pinnedBy: 'version' } });
    expect(result!.destination.size).toBe(result!.source.size);
  });

  test('tags are those of the version that was read', async () => {
    const overwritten = overwriteAt('received', 'GetObjectTagging', {
      seed: 'new',
      tags: { a: 'new' },
    });
    const { execution } = await failed({ ...foreign(plain, properties), run: overwritten }, way, 'SourceChanged');
    expect(execution.cause).toMatch(/s3:\/\/raw\/in\/object.bin was overwritten .* its version was \S+ and is now /);
  });

  test('the version that the input names is never left out', async () => {
    const versionId = 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e';
    const given = foreign(plain, { versionId });
    const { execution } = await failed(
      { ...given, input: { source: { bucket: 'raw', key: 'in/object.bin', versionId } } },
      way,
      'AccessDenied',
    );
    expect(execution.cause).toContain('is not allowed to perform s3:GetObjectVersion');
  });

  test('another refusal is not taken for that of the version', async () => {
    const denied = (operation: string, skip: number): FaultRule => ({
      operation,
      skip,
      fault: {
        kind: 'error',
        status: 403,
        code: 'AccessDenied',
        message:
          'User: x is not authorized to perform: kms:Decrypt on resource: "arn:key" because no resource-based policy allows the action',
      },
    });
    const run: Copy['run'] = {
      onReady: (server) => [denied('HeadObject', 1), denied('GetObject', 0)].forEach((rule) => server.faults.add(rule)),
    };
    const { execution } = await failed({ ...foreign(withVersions), run }, way, 'AccessDenied');
    expect(execution.cause).toContain('is not allowed to perform kms:Decrypt');
  });

  test('versions of a bucket of the app that the app does not know of', async () => {
    const report = await copy({ setup: { sourceBucket: { versioning: 'Enabled' } } }, way);
    expect(report.result).toMatchObject({ status: 'COPIED', source: { pinnedBy: 'etag' } });
  });

  test.each<[string, Copy]>([
    ['no version', {}],
    ['the null version', { source: { versioned: true }, setup: { sourceBucket: { versioning: 'Suspended' } } }],
  ])('%s does not pin the source', async (_, given) => {
    const { result } = await copied(given, way);
    expect(result!.source.pinnedBy).toBe('etag');
  });
});

test('the parts of the source are asked for without the version', async () => {
  const object = { parts: ['5MiB', '6MiB', '1MiB'], checksumAlgorithm: 'SHA256' };
  const { result } = await copy(foreign([...UNVERSIONED, ...ANNOTATIONS], object), 'parts');
  expect(result).toMatchObject({
    status: 'COPIED',
    integrity: { verifiedBy: 'composite-checksum' },
    source: { pinnedBy: 'etag' },
  });
});

test('annotations of another version are not given to the copy, and the cause says that it was made', async () => {
  const given = foreign([...UNVERSIONED, ...ANNOTATIONS], { annotations: { note: 'text' } });
  const run = overwriteAt('done', 'CompleteMultipartUpload');
  const { execution, copy: made } = await copy({ ...given, run }, 'parts');
  expect(execution).toMatchObject({ status: 'FAILED', error: 'SourceChanged' });
  expect(execution.cause).toContain(
    `(ETag ${JSON.stringify(made!.etag).slice(1, -1)}) exists and is complete except for its annotations`,
  );
});

const VERSION = { versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e' };

test.each<[string, object, Copy, number]>([
  ['of another account', {}, foreign([...UNVERSIONED, ...ANNOTATIONS], { size: '1MiB' }), 3],
  [
    'of another account, which the execution names',
    VERSION,
    foreign(['s3:GetObject*', 's3:ListObject*'], { size: '1MiB', ...VERSION }),
    2,
  ],
  ['of the account of the workflow', {}, { source: { versioned: true }, setup: { object: { size: '1MiB' } } }, 2],
])('a dry run counts the request that asks for the version: one %s', async (_, version, given, count) => {
  const input = { source: { bucket: 'raw', key: 'in/object.bin', ...version } };
  const { result, requests } = await copy({ ...given, input, options: { dryRun: true } });
  // A dry run looks at the copy by one request less.
  expect([requests.HeadObject, result]).toMatchObject([
    count - 1,
    { status: 'PLANNED', requests: { HeadObject: count } },
  ]);
});

test('a source of the account of the workflow whose versioning was enabled outside of the app is pinned by its ETag', async () => {
  const given: Copy = { setup: { object: { size: '1MiB' }, sourceBucket: { versioning: 'Enabled' } } };
  const { result, verified } = await copy(given);
  expect([verified, result]).toMatchObject([true, { status: 'COPIED', source: { pinnedBy: 'etag' } }]);
});
