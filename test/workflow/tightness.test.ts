import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { CopyDestination, CopySource } from '../../lib';
import { type CopyRunReport, withoutAction } from '../../local/run';
import { credentialsOfRole, LocalDeployment } from '../../local/workflow';
import { type Copy, COMPARES_CLOCKS, copy, folder, LET_IN, synthesize, type Way } from './support';

// No action too many: every one of the policies is taken away once, and some copy is the worse for it.

const KEY = (digit: number) => `arn:aws:kms:us-east-1:123456789012:key/${digit}234abcd-12ab-34cd-56ef-1234567890ab`;
const [RAW_KEY, LAKE_KEY, SECRET_KEY] = [KEY(1), KEY(2), KEY(3)];
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf';
const PARTNER = '999999999999';
const RAW_X = 'raw--use1-az4--x-s3';
const LAKE_X = 'lake--use1-az4--x-s3';
const ACCESS_POINT = (name: string) => `arn:aws:s3:us-east-1:123456789012:accesspoint/${name}`;

/** All that a workflow can have. */
const everything: Copy['props'] = (stack) => {
  const key = (id: string, arn: string) => kms.Key.fromKeyArn(stack, id, arn);
  const bucket = (bucketName: string) => new s3.Bucket(stack, bucketName, { bucketName, versioned: true });
  const [raw, lake] = [bucket('raw'), bucket('lake')];
  return {
    sources: [
      CopySource.bucket(raw, { prefix: 'in/', encryptionKey: key('RawKey', RAW_KEY) }),
      CopySource.directoryBucket(RAW_X, { prefix: 'in/' }),
      CopySource.accessPoint(ACCESS_POINT('reader'), { bucket: raw, prefix: 'in/' }),
    ],
    destinations: [
      CopyDestination.bucket(lake, { prefix: 'out/', encryptionKey: key('LakeKey', LAKE_KEY) }),
      CopyDestination.directoryBucket(LAKE_X, { prefix: 'out/' }),
      CopyDestination.accessPoint(ACCESS_POINT('writer'), { bucket: lake, prefix: 'out/' }),
      CopyDestination.bucketName('partner', { account: PARTNER, bucketOwnerFullControl: true, prefix: 'out/' }),
    ],
    copyAcl: true,
    copyObjectLock: true,
    copyAnnotations: true,
    allowRestore: true,
    customerKeys: [
      secretsmanager.Secret.fromSecretAttributes(stack, 'Secret', {
        secretCompleteArn: SECRET,
        encryptionKey: key('SecretKey', SECRET_KEY),
      }),
    ],
  };
};

interface Situation extends Omit<Copy, 'props'> {
  /** In which the action is needed; absent: in every copy. */
  readonly name?: string;
  readonly way?: Way;
  /** Of buckets whose objects have no versions. */
  readonly unversioned?: boolean;
}

const LONG_TAGS = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`${n}${'ü'.repeat(100)}`, 'ü'.repeat(250)]));
const UNTIL = new Date(Date.now() + 86_400_000).toISOString();
const objectWriter = { objectOwnership: 'ObjectWriter' };
const encrypted = (kmsKeyId: string) => ({ encryption: { sseAlgorithm: 'aws:kms', kmsKeyId } });

const grants: Situation = {
  name: 'grants of the source',
  setup: {
    sourceBucket: objectWriter,
    destinationBucket: objectWriter,
    object: { grants: [{ permission: 'READ', group: 'AllUsers' }] },
  },
};
const tags: Situation = { name: 'tags', setup: { object: { tags: { a: 'b' } } } };
const annotations: Situation = { name: 'annotations', setup: { object: { annotations: { a: 'b' } } } };
const retention: Situation = {
  name: 'retention',
  setup: {
    sourceBucket: { objectLock: true },
    destinationBucket: { objectLock: true },
    object: { objectLockMode: 'GOVERNANCE', objectLockRetainUntilDate: UNTIL },
  },
};
const legalHold: Situation = {
  name: 'legal hold',
  setup: {
    sourceBucket: { objectLock: true },
    destinationBucket: { objectLock: true },
    object: { objectLockLegalHoldStatus: 'ON' },
  },
};
const sameSize: Situation = {
  name: 'a destination that exists, and overwrite if-different',
  setup: { existing: [{ content: 'there' }] },
  options: { overwrite: 'if-different' },
};
const customerKey: Situation = {
  name: 'a customer-provided key',
  setup: {
    destinationBucket: { blockCustomerKeys: false },
    secrets: { [SECRET]: randomBytes(32).toString('base64') },
  },
  options: { sseCustomerKeySecretArn: SECRET },
};
const deleted: Situation = {
  name: 'a source that is not there',
  setup: { newerVersions: [{ deleteMarker: true }] },
};
const lostAnswer: Situation = {
  name: 'a lost answer, and a newer version on top',
  run: {
    ...COMPARES_CLOCKS,
    onReady: (server) => {
      server.faults.add({ operation: 'CopyObject', times: 1, fault: { kind: 'reset-after' } });
      server.onOperation(({ phase, operation, bucket, key }) => {
        if (phase !== 'answered' || operation !== 'CopyObject') return;
        server.putGenerated({ bucket, key, size: 1, seed: 'newer' });
      });
    },
  },
};
const lostUpload: Situation = {
  name: 'a lost answer to CreateMultipartUpload',
  way: 'parts',
  run: {
    ...COMPARES_CLOCKS,
    onReady: (server) => {
      server.faults.add({ operation: 'CreateMultipartUpload', times: 1, fault: { kind: 'reset-after' } });
    },
  },
};
/** The copy is no longer the current version when it is read. */
const replaced: Situation = {
  name: 'a newer version on top',
  run: {
    onReady: (server) => {
      server.onOperation(({ phase, operation, key }) => {
        if (phase === 'done' && operation === 'CopyObject')
          server.putGenerated({ bucket: 'lake', key, size: 1, seed: 'newer' });
      });
    },
  },
};
const failing: Situation = { name: 'a copy that fails', way: 'parts', run: { faults: 'refuse-parts' } };
const byPoint = (name: string, side: string): Situation['setup'] => ({
  [`${side}Bucket`]: { name: side === 'source' ? 'raw' : 'lake', accessPoint: name },
});
const reader: Situation = {
  name: 'by way of an access point',
  setup: byPoint('reader', 'source'),
  input: { source: `${ACCESS_POINT('reader')}/object/in/object.bin`, destination: 's3://lake/out/object.bin' },
};
const writer: Situation = {
  name: 'by way of an access point',
  setup: byPoint('writer', 'destination'),
  input: { destination: { bucket: ACCESS_POINT('writer'), key: 'out/object.bin' } },
};

/** Each action, by what its statement's Resource contains. */
const NEEDED: Record<string, Record<string, Situation>> = {
  ':::raw/in/*': {
    's3:GetObject': {},
    's3:GetObjectVersion': {},
    's3:GetObjectTagging': {
      name: 'tags, in a bucket without versions',
      way: 'parts',
      setup: { sourceBucket: { versioning: 'none' }, object: { tags: { a: 'b' } } },
      options: { aclDirective: 'NONE', annotationDirective: 'EXCLUDE' },
    },
    's3:GetObjectVersionTagging': tags,
    's3:GetObjectVersionAcl': grants,
    's3:GetObjectRetention': retention,
    's3:GetObjectLegalHold': legalHold,
    's3:ListObjectVersionAnnotations': annotations,
    's3:GetObjectVersionAnnotation': { ...annotations, way: 'parts' },
    's3:RestoreObject': {
      name: 'an archived source',
      setup: { object: { storageClass: 'GLACIER' } },
      options: { restore: {} },
    },
  },
  ':::raw': { 's3:ListBucket': deleted },
  [RAW_KEY]: { 'kms:Decrypt': { name: 'SSE-KMS', setup: { sourceBucket: encrypted(RAW_KEY) } } },
  ':::lake/out/*': {
    's3:GetObject': sameSize,
    's3:GetObjectVersion': replaced,
    's3:PutObject': {},
    's3:ListMultipartUploadParts': { name: 'parts', way: 'parts' },
    's3:AbortMultipartUpload': failing,
    's3:PutObjectTagging': tags,
    's3:PutObjectVersionTagging': {
      name: 'tags beyond a header',
      way: 'parts',
      setup: { object: { tags: LONG_TAGS } },
    },
    's3:PutObjectAcl': grants,
    's3:PutObjectRetention': retention,
    's3:PutObjectLegalHold': legalHold,
    's3:PutObjectAnnotation': { ...annotations, way: 'CopyObject' },
    's3:PutObjectVersionAnnotation': { ...annotations, way: 'parts' },
  },
  ':::lake': {
    's3:ListBucket': { name: 'a destination that is not there, and overwrite never', options: { overwrite: 'never' } },
    's3:ListBucketVersions': lostAnswer,
    's3:ListBucketMultipartUploads': lostUpload,
  },
  [LAKE_KEY]: {
    'kms:GenerateDataKey': { name: 'SSE-KMS', setup: { destinationBucket: encrypted(LAKE_KEY) } },
    'kms:Decrypt': { name: 'SSE-KMS, in parts', way: 'parts', setup: { destinationBucket: encrypted(LAKE_KEY) } },
  },
  [SECRET]: { 'secretsmanager:GetSecretValue': customerKey },
  ':::partner/out/*': {
    's3:PutObjectAcl': {
      name: 'a bucket of somebody else, whose ACLs are on',
      setup: { destinationBucket: { owner: PARTNER, objectOwnership: 'BucketOwnerPreferred', policy: LET_IN } },
      input: { destination: 's3://partner/out/object.bin' },
    },
  },
  ':::partner': {
    's3:ListBucket': {
      name: 'a destination that is not there, and overwrite never',
      setup: { destinationBucket: { owner: PARTNER, policy: LET_IN } },
      input: { destination: 's3://partner/out/object.bin' },
      options: { overwrite: 'never', aclDirective: 'NONE' },
    },
    's3:ListBucketMultipartUploads': {
      ...lostUpload,
      setup: { destinationBucket: { owner: PARTNER, policy: LET_IN } },
      input: { destination: 's3://partner/out/object.bin' },
      options: { aclDirective: 'NONE' },
    },
  },
  [RAW_X]: {
    's3express:CreateSession': {
      name: 'a directory bucket',
      setup: { sourceBucket: { directoryBucket: true } },
      input: { source: `s3://${RAW_X}/in/object.bin`, destination: 's3://lake/out/object.bin' },
    },
  },
  [LAKE_X]: {
    's3express:CreateSession': {
      name: 'a directory bucket',
      setup: { destinationBucket: { directoryBucket: true } },
      input: { destination: `s3://${LAKE_X}/out/object.bin` },
    },
  },
  'accesspoint/reader': {
    's3:ListBucket': { ...reader, name: deleted.name, setup: { ...reader.setup, ...deleted.setup } },
  },
  'accesspoint/writer': {
    's3:ListBucket': { ...writer, options: { overwrite: 'never' } },
    's3:ListBucketMultipartUploads': { ...writer, ...lostUpload },
  },
  'accesspoint/reader/object/in/*': { 's3:GetObject': reader, 's3:GetObjectVersion': reader },
  'accesspoint/writer/object/out/*': { 's3:PutObject': writer, 's3:GetObjectVersion': { ...replaced, ...writer } },
};

const ROWS = Object.entries(NEEDED).flatMap(([resource, actions]) =>
  Object.entries(actions).map(([action, situation]): [string, string, string, Situation] => [
    action,
    resource,
    situation.name ?? 'every copy',
    situation,
  ]),
);

async function run({ name: _, way, run: options, ...given }: Situation, without?: [action: string, resource: string]) {
  const faults = join(folder(), 'faults.json');
  const refusal = { kind: 'error', status: 400, code: 'InvalidRequest', message: 'No.' };
  writeFileSync(faults, JSON.stringify([{ operation: 'UploadPartCopy', fault: refusal }]));
  return copy(
    {
      input: { destination: 's3://lake/out/object.bin' },
      ...given,
      props: everything,
      run: {
        ...(options?.timeScale !== undefined && { timeScale: options.timeScale }),
        onReady: options?.onReady,
        ...(options?.faults !== undefined && { faults }),
        ...(without && { transformRoles: (roles) => withoutAction(roles, ...without) }),
      },
    },
    way ?? 'CopyObject',
  );
}

/** What somebody who waits for the copy sees of it. */
function outcome({ execution, copy: made, requests, openUploads }: CopyRunReport) {
  const { tags: carried, grants: granted, annotations: noted, objectLockMode, objectLockLegalHoldStatus } = made ?? {};
  // A second CopyObject leaves a second version.
  const { CopyObject: copies } = requests;
  const { error } = execution;
  return { error, openUploads, copies, carried, granted, noted, objectLockMode, objectLockLegalHoldStatus };
}

test.each(ROWS)('%s on %s is needed: %s', async (action, resource, _, situation) => {
  const granted = await run(situation);
  expect(granted.iam!.denied).toEqual([]);
  expect(outcome(await run(situation, [action, resource]))).not.toEqual(outcome(granted));
});

describe('the policies', () => {
  const template = synthesize({ props: everything });
  const role = LocalDeployment.fromTemplate(template).roles.find(({ arn }) => arn.includes('CopyRole'))!;
  const statements = role.policies
    .flatMap(({ document }) => (document as unknown as { Statement: Statement[] }).Statement)
    .map(({ Action, Resource }) => ({ actions: [Action].flat(), resources: [Resource].flat() }));
  const isOfCopies = (action: string) => /^(s3|s3express|kms|secretsmanager):/.test(action);

  interface Statement {
    readonly Action: string | string[];
    readonly Resource: string | string[];
  }

  test('have no wildcard in an action', () => {
    expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
  });

  test('have no action that the table above does not need', () => {
    const needed = new Set(ROWS.map(([action]) => action));
    const granted = statements.flatMap(({ actions }) => actions).filter(isOfCopies);
    expect(granted.filter((action) => !needed.has(action))).toEqual([]);
  });

  test('have no statement of which the table above needs nothing', () => {
    const idle = statements.filter(
      ({ actions, resources }) =>
        actions.some(isOfCopies) &&
        // The local Secrets Manager does not ask KMS for the key of a secret.
        !resources.includes(SECRET_KEY) &&
        !ROWS.some(([action, resource]) => actions.includes(action) && resources.some((arn) => arn.includes(resource))),
    );
    expect(idle).toEqual([]);
  });

  test('name objects, buckets and keys, never all of them', () => {
    const resources = statements.filter(({ actions }) => actions.some(isOfCopies)).flatMap((s) => s.resources);
    expect(resources.filter((arn) => arn === '*' || arn.endsWith(':::*'))).toEqual([]);
  });
});

test('whatever is not a copy is denied', async () => {
  const client = (endpoint: string, roleArn: string) => {
    const { accessKeyId, secretAccessKey } = credentialsOfRole(roleArn);
    const credentials = { accessKeyId, secretAccessKey };
    return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials, maxAttempts: 1 });
  };
  const role = LocalDeployment.fromTemplate(synthesize({ props: everything })).roles.find(({ arn }) =>
    arn.includes('CopyRole'),
  )!;
  const answers: Record<string, string> = {};
  await copy({
    props: everything,
    input: { destination: 's3://lake/out/object.bin' },
    run: {
      onReady: async (server) => {
        server.createBucket('elsewhere');
        for (const [bucket, key] of [
          ['raw', 'private'],
          ['lake', 'private'],
          ['elsewhere', 'in/object.bin'],
        ] as const) {
          server.putGenerated({ bucket, key, size: 1 });
        }
        const s3Client = client(server.endpoint, role.arn);
        const ask = async (what: string, work: Promise<unknown>) => {
          answers[what] = await work.then(
            () => 'allowed',
            (error: Error) => error.name,
          );
        };
        const policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
        const read = async (Bucket: string, Key: string) =>
          (await s3Client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray();
        await ask('read below the prefix', read('raw', 'in/object.bin'));
        await ask('read another prefix', read('raw', 'private'));
        await ask('read another bucket', read('elsewhere', 'in/object.bin'));
        await ask('list another prefix', s3Client.send(new ListObjectsV2Command({ Bucket: 'raw', Prefix: 'p' })));
        await ask('list all', s3Client.send(new ListObjectsV2Command({ Bucket: 'raw' })));
        await ask(
          'write to the source',
          s3Client.send(new PutObjectCommand({ Bucket: 'raw', Key: 'in/x', Body: 'x' })),
        );
        await ask('write another prefix', s3Client.send(new PutObjectCommand({ Bucket: 'lake', Key: 'x', Body: 'x' })));
        await ask(
          'write another bucket',
          s3Client.send(new PutObjectCommand({ Bucket: 'elsewhere', Key: 'out/x', Body: 'x' })),
        );
        await ask(
          'delete from the source',
          s3Client.send(new DeleteObjectCommand({ Bucket: 'raw', Key: 'in/object.bin' })),
        );
        await ask(
          'delete from the destination',
          s3Client.send(new DeleteObjectCommand({ Bucket: 'lake', Key: 'out/x' })),
        );
        await ask('put a policy', s3Client.send(new PutBucketPolicyCommand({ Bucket: 'lake', Policy: policy })));
        await ask('delete a policy', s3Client.send(new DeleteBucketPolicyCommand({ Bucket: 'raw' })));
        s3Client.destroy();
      },
    },
  });
  const { 'read below the prefix': wanted, ...others } = answers;
  expect(wanted).toBe('allowed');
  expect(Object.keys(others)).toHaveLength(11);
  expect(new Set(Object.values(others))).toEqual(new Set(['AccessDenied']));
});
