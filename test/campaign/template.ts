import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { type ChildExecutions, CopyDestination, CopySource, MultipartCopyWorkflow } from '../../lib';
import { LocalDeployment } from '../../local/workflow';
import type { CampaignTemplate } from './cases';
import { KEY_ARN } from './confidential';

/** Synthesizes each template only once. */
export class Templates {
  private readonly folder = mkdtempSync(join(tmpdir(), 'campaign-'));
  private readonly deployments = new Map<string, LocalDeployment>();

  of(template: CampaignTemplate): LocalDeployment {
    const key = JSON.stringify(template);
    const known = this.deployments.get(key);
    if (known) return known;
    const path = this.synthesize(template, join(this.folder, String(this.deployments.size)));
    const deployment = LocalDeployment.fromTemplate(path, {});
    this.deployments.set(key, deployment);
    return deployment;
  }

  delete(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private synthesize(template: CampaignTemplate, outdir: string): string {
    process.env.CDK_VALIDATION = 'false';
    const app = new App({ outdir, analyticsReporting: false });
    const stack = new Stack(app, 'Campaign', { env: { account: '123456789012', region: 'us-east-1' } });
    const bucket = (id: string, bucketName: string, versioned: boolean, isEncrypted: boolean) =>
      new s3.Bucket(stack, id, {
        bucketName,
        versioned,
        ...(isEncrypted && {
          encryptionKey: new kms.Key(stack, `${id}Key`, { alias: `alias/${bucketName}` }),
          bucketKeyEnabled: true,
        }),
        removalPolicy: RemovalPolicy.DESTROY,
      });
    new MultipartCopyWorkflow(stack, 'Copy', {
      customerKeys: [secretsmanager.Secret.fromSecretCompleteArn(stack, 'CustomerKey', KEY_ARN)],
      sources: [
        CopySource.bucket(bucket('Source', 'raw', template.sourceVersioned, template.sourceKms), { prefix: 'in/' }),
      ],
      destinations: [
        CopyDestination.bucket(bucket('Destination', 'lake', template.destinationVersioned, template.destinationKms), {
          prefix: 'out/',
        }),
      ],
      childExecutions: template.childExecutions as ChildExecutions,
    });
    app.synth();
    return join(outdir, 'Campaign.template.json');
  }
}
