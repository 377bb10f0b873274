import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { app } from '../../examples/cross-account/app';
import { decodeLocations } from '../../lib/private/protocol';
import { type CopyRunReport, runCopy } from '../../local/run';
import { flatten } from '../asl';
import '../spare-threads';

process.env.CDK_VALIDATION = 'false';

const OTHER_ROLE = 'arn:aws:iam::111122223333:role/other';

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
    expect(decodeLocations(flatten(locations) as string)).toMatchObject({
      sources: [{ bucket: 'partner-outbox', prefix: 'released/', region: 'us-west-2', owner: '444455556666' }],
    });
  });

  describe('on this machine', () => {
    const { directory } = app.synth();

    /** The app after a change of the partner's template. */
    async function copy(change: (resources: Record<string, any>) => void = () => undefined): Promise<CopyRunReport> {
      const assembly = mkdtempSync(join(tmpdir(), 'cross-account-'));
      try {
        cpSync(directory, assembly, { recursive: true });
        const file = join(assembly, 'Partner.template.json');
        const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, any> };
        change(template.Resources);
        writeFileSync(file, JSON.stringify(template));
        return (await runCopy({ assembly, size: 300 * 1024 ** 2, enforceIam: true })).report;
      } finally {
        rmSync(assembly, { recursive: true });
      }
    }

    test('the copy is allowed by both accounts', async () => {
      const { execution, verified, source, copy: made, iam } = await copy();
      expect(execution).toMatchObject({ status: 'SUCCEEDED', error: '', cause: '' });
      expect(verified).toBe(true);
      expect(iam!.denied).toEqual([]);
      expect(source).toMatchObject({ owner: '444455556666', serverSideEncryption: 'aws:kms' });
      expect(made).toMatchObject({ owner: '111122223333', serverSideEncryption: 'aws:kms' });
    });

    test.each([
      ['bucket policy', 'AWS::S3::BucketPolicy', 'PolicyDocument', 's3:GetObject'],
      ['key policy', 'AWS::KMS::Key', 'KeyPolicy', 'kms:Decrypt'],
    ])(
      'the copy fails with AccessDenied when the %s of the partner is for another role',
      async (_what, type, property, action) => {
        const { execution, iam } = await copy((resources) => {
          for (const { Type, Properties } of Object.values(resources)) {
            if (Type !== type) continue;
            for (const { Condition } of Properties[property].Statement) {
              // What the partner adds for our role names it in a condition.
              if (Condition !== undefined) Condition.ArnEquals['aws:PrincipalArn'] = OTHER_ROLE;
            }
          }
        });
        expect(execution).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
        expect(iam!.denied).toContainEqual(expect.objectContaining({ action }));
      },
    );
  });

  test('neither stack depends on the other, and there are no warnings', () => {
    for (const id of ['Copies', 'Partner']) {
      expect(stack(id).dependencies).toEqual([]);
      expect(Annotations.fromStack(stack(id)).findWarning('*', Match.anyValue())).toEqual([]);
    }
  });
});
