import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyDestination, CopySource, MultipartCopyWorkflow } from '../../../lib';
import { type CopyRunOptions, type CopyRunReport, runCopy } from '../../../local/run';
import { folder } from '../../workflow/support';

interface Resources {
  readonly stack: Stack;
  readonly source: s3.Bucket;
  readonly key: kms.Key;
  readonly workflow: MultipartCopyWorkflow;
}

/** Runs a copy from an encrypted bucket, after a change of its stack. */
async function copy(change: (resources: Resources) => void, options: CopyRunOptions = {}): Promise<CopyRunReport> {
  const outdir = folder();
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Test', { env: { account: '123456789012', region: 'us-east-1' } });
  const key = new kms.Key(stack, 'Key');
  const source = new s3.Bucket(stack, 'Source', { encryptionKey: key });
  const workflow = new MultipartCopyWorkflow(stack, 'Copy', {
    sources: [CopySource.bucket(source)],
    destinations: [CopyDestination.bucket(new s3.Bucket(stack, 'Destination', { enforceSSL: true }))],
  });
  change({ stack, source, key, workflow });
  app.synth();
  const template = join(outdir, 'Test.template.json');
  return (await runCopy({ template, size: 1024, enforceIam: true, ...options })).report;
}

const deny = (actions: string[], resources: string[]) =>
  new iam.PolicyStatement({ effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions, resources });

test('a copy succeeds although its destination denies requests without TLS', async () => {
  const { execution, verified, iam: access } = await copy(() => undefined);
  expect(execution).toMatchObject({ error: '', cause: '' });
  expect(verified).toBe(true);
  expect(access!.denied).toEqual([]);
});

test('the bucket policy of the template denies', async () => {
  const change = ({ source }: Resources) =>
    source.addToResourcePolicy(deny(['s3:GetObject'], [source.arnForObjects('*')]));
  const { execution, iam: access } = await copy(change);
  expect(execution.error).toBe('AccessDenied');
  expect(access!.denied).toContainEqual(expect.objectContaining({ action: 's3:GetObject' }));
  expect((await copy(change, { enforceIam: false })).verified).toBe(true);
});

test('the key policy of the template has to let the role in', async () => {
  const { execution, iam: access } = await copy(({ key }) => {
    const owner = { Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'kms:*', Resource: '*' };
    const onlyRoot = { ...owner, Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:root' } } };
    (key.node.defaultChild as kms.CfnKey).keyPolicy = { Version: '2012-10-17', Statement: [onlyRoot] };
  });
  expect(execution.error).toBe('AccessDenied');
  expect([...new Set(access!.denied.map(({ action }) => action))]).toEqual(['kms:Decrypt']);
});

test.each([
  ['Allow', ''],
  ['Deny', 'AccessDenied'],
])('the access point policy of the template decides: %s', async (Effect, error) => {
  const arn = 'arn:aws:s3:us-east-1:123456789012:accesspoint/readers';
  const statement = { Effect, Principal: '*', Action: 's3:GetObject', Resource: `${arn}/object/*` };
  const change = ({ stack, source, workflow, key }: Resources) => {
    const point = new s3.CfnAccessPoint(stack, 'Point', {
      bucket: source.bucketName,
      name: 'readers',
      policy: { Version: '2012-10-17', Statement: [statement] },
    });
    workflow.addSource(CopySource.accessPoint(point.attrArn, { bucket: source, encryptionKey: key }));
  };
  const { execution } = await copy(change, { input: { source: { bucket: arn, key: 'k' } } });
  expect(execution).toMatchObject({ error });
});
