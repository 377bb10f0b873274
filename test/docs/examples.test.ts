import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { app } from '../../examples/cross-account/app';
import { flatten } from '../asl';

process.env.CDK_VALIDATION = 'false';

afterAll(() => CloudAssembly.cleanupTemporaryDirectories());

test('every example with an app is tested here', () => {
  const examples = join(__dirname, '..', '..', 'examples');
  const apps = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'app.ts')));
  expect(apps).toEqual(['cross-account']);
});

describe('cross-account', () => {
  const stack = (id: string) => app.node.findChild(id) as Stack;

  test('the bucket and key policies of the partner allow what our role is allowed', () => {
    const role = 'arn:<AWS::Partition>:iam::111122223333:role/copies-of-partner-outbox';
    const condition = { ArnEquals: { 'aws:PrincipalArn': role } };
    const partner = Template.fromStack(stack('Partner'));
    const [bucketPolicy] = Object.values(partner.findResources('AWS::S3::BucketPolicy'));
    expect(flatten(bucketPolicy!.Properties.PolicyDocument.Statement)).toMatchObject([
      { Resource: 'arn:<AWS::Partition>:s3:::partner-outbox/released/*', Condition: condition },
      { Action: 's3:ListBucket', Condition: condition },
    ]);
    const [key] = Object.values(partner.findResources('AWS::KMS::Key'));
    expect(flatten(key!.Properties.KeyPolicy.Statement)).toMatchObject([
      { Action: 'kms:*' },
      { Action: 'kms:Decrypt', Condition: condition },
    ]);
  });

  test('Plan knows the account and Region of the partner bucket', () => {
    const functions = Object.values(Template.fromStack(stack('Copies')).findResources('AWS::Lambda::Function'));
    const [locations] = functions.flatMap(({ Properties }) => Properties.Environment?.Variables.MPCOPY_LOCATIONS ?? []);
    expect(JSON.parse(flatten(locations) as string)).toMatchObject({
      sources: [{ bucket: 'partner-outbox', prefix: 'released/', region: 'us-west-2', owner: '444455556666' }],
    });
  });

  test('neither stack depends on the other, and there are no warnings', () => {
    for (const id of ['Copies', 'Partner']) {
      expect(stack(id).dependencies).toEqual([]);
      expect(Annotations.fromStack(stack(id)).findWarning('*', Match.anyValue())).toEqual([]);
    }
  });
});
