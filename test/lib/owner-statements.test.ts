import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyDestination, type CopyLocation, CopySource, type MultipartCopyWorkflowProps } from '../../lib';
import { flatten } from '../asl';
import { LIST_DESTINATION, LIST_VERSIONS, READ_VERSIONS as READ, WRITE_VERSIONS as WRITE } from './expectations';
import { copy, newStack } from './support';

const HOME = { env: { account: '111122223333', region: 'eu-west-1' } };
const ROLE = 'arn:<AWS::Partition>:iam::111122223333:role/copies';
const KEY_ARN = 'arn:aws:kms:us-west-2:444455556666:key/5678';
const ACCOUNT = { AWS: 'arn:<AWS::Partition>:iam::111122223333:root' };

function theirs(
  action: string | string[],
  resource: string,
  condition: object = {},
  role: unknown = '<CopyCopyRole.Arn>',
) {
  return {
    Effect: 'Allow',
    Principal: ACCOUNT,
    Action: action,
    Resource: resource,
    Condition: { ...condition, ArnEquals: { 'aws:PrincipalArn': role } },
  };
}

/** What the owner of a destination allows the sweeper. */
function sweeps(bucket: string, objects: string, condition: object = {}, role: unknown = '<CopySweeperRole.Arn>') {
  return [
    theirs(['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], objects, condition, role),
    theirs('s3:ListBucketMultipartUploads', bucket, condition, role),
  ];
}

function statementsFor(location: CopyLocation, props: Partial<MultipartCopyWorkflowProps> = {}) {
  const isSource = location instanceof CopySource;
  const { stack, workflow } = copy(
    { ...props, ...(isSource ? { sources: [location] } : { destinations: [location] }) },
    newStack({}, HOME),
  );
  const { bucketPolicy, accessPointPolicy, keyPolicy } = workflow.ownerStatements(location);
  const json = (statements: iam.PolicyStatement[]) =>
    flatten(stack.resolve(statements.map((statement): unknown => statement.toStatementJson())));
  return { bucket: json(bucketPolicy), accessPoint: json(accessPointPolicy), key: json(keyPolicy) };
}

const lake = 'arn:<AWS::Partition>:s3:::lake';

test('are returned for a source of another account', () => {
  const source = CopySource.bucketName('lake', {
    account: '444455556666',
    region: 'us-west-2',
    prefix: 'out/',
    encryptionKeyArn: KEY_ARN,
  });
  expect(statementsFor(source)).toEqual({
    bucket: [theirs(READ, `${lake}/out/*`), theirs('s3:ListBucket', lake, { StringLike: { 's3:prefix': 'out/*' } })],
    accessPoint: [],
    key: [
      theirs('kms:Decrypt', '*', {
        StringEquals: { 'kms:ViaService': 's3.us-west-2.<AWS::URLSuffix>' },
        StringLike: { 'kms:EncryptionContext:aws:s3:arn': [lake, `${lake}/out/*`] },
      }),
    ],
  });
});

test('returns one statement for the policies of several keys', () => {
  const further = kms.Key.fromKeyArn(newStack(), 'Key', KEY_ARN.replace('5678', '1234'));
  const destination = CopyDestination.bucketName('lake', {
    account: '444455556666',
    region: 'us-west-2',
    encryptionKeyArn: KEY_ARN,
    encryptionKeys: [further],
  });
  expect(statementsFor(destination).key).toEqual([
    theirs(['kms:Decrypt', 'kms:GenerateDataKey'], '*', {
      StringEquals: { 'kms:ViaService': 's3.us-west-2.<AWS::URLSuffix>' },
      StringLike: { 'kms:EncryptionContext:aws:s3:arn': [lake, `${lake}/*`] },
    }),
  ]);
});

test('are returned for a destination with ACLs enabled and all features', () => {
  const destination = CopyDestination.bucketName('lake', {
    account: '444455556666',
    bucketOwnerFullControl: true,
    versioned: false,
  });
  expect(statementsFor(destination, { copyTags: false, copyObjectLock: true }).bucket).toEqual([
    theirs(
      [
        's3:AbortMultipartUpload',
        's3:GetObject',
        's3:ListMultipartUploadParts',
        's3:PutObject',
        's3:PutObjectLegalHold',
        's3:PutObjectRetention',
      ],
      `${lake}/*`,
    ),
    theirs('s3:PutObjectAcl', `${lake}/*`, { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } }),
    theirs(LIST_DESTINATION, lake),
    ...sweeps(lake, `${lake}/*`),
  ]);
});

test('are returned for an access point', () => {
  const arn = 'arn:aws:s3:eu-west-1:444455556666:accesspoint/raw';
  const bucket = s3.Bucket.fromBucketName(newStack(), 'Lake', 'lake');
  const by = { StringEquals: { 's3:DataAccessPointArn': arn } };
  expect(statementsFor(CopyDestination.accessPoint(arn, { bucket }))).toEqual({
    bucket: [theirs(WRITE, `${lake}/*`, by), theirs(LIST_VERSIONS, lake, by), ...sweeps(lake, `${lake}/*`, by)],
    accessPoint: [theirs(WRITE, `${arn}/object/*`), theirs(LIST_VERSIONS, arn), ...sweeps(arn, `${arn}/object/*`)],
    key: [],
  });
});

test('are returned for a directory bucket', () => {
  const source = CopySource.directoryBucket('fast--use1-az4--x-s3', { account: '444455556666', region: 'us-east-1' });
  expect(statementsFor(source).bucket).toEqual([
    theirs(
      's3express:CreateSession',
      'arn:<AWS::Partition>:s3express:us-east-1:444455556666:bucket/fast--use1-az4--x-s3',
      {
        StringEquals: { 's3express:SessionMode': 'ReadOnly' },
      },
    ),
  ]);
});

test('can be added by a stack of the other account before the role exists', () => {
  const app = new App({ analyticsReporting: false });
  const theirStack = new Stack(app, 'Theirs', { env: { account: '444455556666', region: 'us-west-2' } });
  const encryptionKey = new kms.Key(theirStack, 'Key');
  const bucket = new s3.Bucket(theirStack, 'Lake', { bucketName: 'lake', encryptionKey });
  const destination = CopyDestination.bucketName('lake', {
    account: '444455556666',
    region: 'us-west-2',
    encryptionKeyArn: KEY_ARN,
  });
  const { stack, workflow } = copy(
    { destinations: [destination], copyRoleName: 'copies' },
    new Stack(app, 'Ours', HOME),
  );
  const { bucketPolicy, keyPolicy } = workflow.ownerStatements(destination);
  for (const statement of bucketPolicy) bucket.addToResourcePolicy(statement);
  for (const statement of keyPolicy) encryptionKey.addToResourcePolicy(statement);

  const template = Template.fromStack(theirStack);
  const [policy] = Object.values(template.findResources('AWS::S3::BucketPolicy'));
  expect(flatten(policy!.Properties.PolicyDocument.Statement)).toEqual([
    theirs(WRITE, `${lake}/*`, {}, ROLE),
    theirs(LIST_VERSIONS, lake, {}, ROLE),
    ...sweeps(lake, `${lake}/*`, {}, `${ROLE}-sweeper`),
  ]);
  const [key] = Object.values(template.findResources('AWS::KMS::Key'));
  expect(key!.Properties.KeyPolicy.Statement).toHaveLength(2);
  expect(stack.dependencies).toEqual([]);
  expect(theirStack.dependencies).toEqual([]);
});

test('have the account of the role in an environment-agnostic stack', () => {
  const source = CopySource.bucketName('lake');
  const { stack, workflow } = copy({ sources: [source] });
  const [statement] = workflow.ownerStatements(source).bucketPolicy;
  const { Principal } = flatten(stack.resolve(statement!.toStatementJson())) as any;
  expect(Principal.AWS).toBe('arn:<AWS::Partition>:iam::<AWS::AccountId>:root');
});

test('fail for a location of another workflow', () => {
  const { workflow } = copy();
  expect(() => workflow.ownerStatements(CopySource.bucketName('raw'))).toThrow(
    "this source is not one of the workflow's; pass the same object to sources, destinations, addSource or addDestination",
  );
  expect(() => workflow.printOwnerStatements('X', CopyDestination.bucketName('raw'))).toThrow('this destination');
});

test('are printed on request', () => {
  const source = CopySource.bucketName('raw', {
    account: '444455556666',
    region: 'us-west-2',
    encryptionKeyArn: KEY_ARN,
  });
  const { workflow, template } = copy({ sources: [source], copyRoleName: 'copies' }, newStack({}, HOME));
  workflow.printOwnerStatements('Partner', source);
  const outputs = Object.entries(template().findOutputs('*')).map(([id, { Value, Description }]) => ({
    id: id.replace(/[0-9A-F]{8}$/, ''),
    Description: Description as string,
    value: JSON.parse(flatten(Value) as string) as any[],
  }));
  expect(outputs.map(({ id, Description }) => [id, Description])).toEqual([
    ['CopyPartnerBucketPolicy', 'Statements that the owner adds to the policy of the bucket'],
    ['CopyPartnerKeyPolicy', 'Statements that the owner adds to the policy of the KMS keys'],
  ]);
  expect(outputs[0]!.value).toHaveLength(2);
  expect(outputs[0]!.value[0]).toMatchObject({ Action: READ, Principal: ACCOUNT });
  expect(outputs[1]!.value).toMatchObject([{ Action: 'kms:Decrypt', Resource: '*' }]);
});

test('are not printed by default', () => {
  expect(
    copy({ sources: [CopySource.bucketName('raw')] })
      .template()
      .findOutputs('*'),
  ).toEqual({});
});
