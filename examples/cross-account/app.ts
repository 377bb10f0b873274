/**
 * Copies objects from a partner's bucket, in another account and Region, into a bucket of our own.
 *
 * The partner can deploy `Partner` before we deploy `Copies`, because the name of our role is known in advance.
 */
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyDestination, CopySource, MultipartCopyWorkflow } from 'cdk-s3-multipart-copy';
import type { Construct } from 'constructs';

const OUR_ACCOUNT = '111122223333';
const PARTNER_ACCOUNT = '444455556666';
const PARTNER_REGION = 'us-west-2';
const BUCKET_NAME = 'partner-outbox';
/** We know the partner's key by its ARN only, which the partner tells us once. This is the ARN of a local run, `mpcopy local --enforce-iam`. */
const KEY_ARN = `arn:aws:kms:${PARTNER_REGION}:${PARTNER_ACCOUNT}:key/0ee9de89-c996-4080-8eb2-75384ec97980`;

/** Our stack: the workflow, and the bucket that it writes to. */
class CopiesStack extends Stack {
  public readonly workflow: MultipartCopyWorkflow;
  public readonly outbox: CopySource;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.outbox = CopySource.bucketName(BUCKET_NAME, {
      prefix: 'released/',
      account: PARTNER_ACCOUNT,
      region: PARTNER_REGION,
      encryptionKeyArn: KEY_ARN,
    });
    const lake = new s3.Bucket(this, 'Lake', { encryption: s3.BucketEncryption.KMS, bucketKeyEnabled: true });
    this.workflow = new MultipartCopyWorkflow(this, 'Copy', {
      sources: [this.outbox],
      destinations: [CopyDestination.bucket(lake, { prefix: 'partner/' })],
      copyRoleName: 'copies-of-partner-outbox',
    });
    // Outputs with the same statements, to hand over to a partner whose stack is not in this app.
    this.workflow.printOwnerStatements('Partner', this.outbox);
  }
}

interface PartnerStackProps extends StackProps {
  readonly bucketPolicy: iam.PolicyStatement[];
  readonly keyPolicy: iam.PolicyStatement[];
}

/** The partner's stack: the bucket and its key, with the statements that allow our role to read. */
class PartnerStack extends Stack {
  constructor(scope: Construct, id: string, props: PartnerStackProps) {
    super(scope, id, props);
    const encryptionKey = new kms.Key(this, 'Key');
    const outbox = new s3.Bucket(this, 'Outbox', { bucketName: BUCKET_NAME, encryptionKey });
    for (const statement of props.bucketPolicy) outbox.addToResourcePolicy(statement);
    for (const statement of props.keyPolicy) encryptionKey.addToResourcePolicy(statement);
  }
}

export const app = new App();
const copies = new CopiesStack(app, 'Copies', { env: { account: OUR_ACCOUNT, region: 'eu-west-1' } });
const { bucketPolicy, keyPolicy } = copies.workflow.ownerStatements(copies.outbox);
new PartnerStack(app, 'Partner', {
  env: { account: PARTNER_ACCOUNT, region: PARTNER_REGION },
  bucketPolicy,
  keyPolicy,
});
