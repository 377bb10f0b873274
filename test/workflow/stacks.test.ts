import { App, CfnParameter, Stack, type StackProps, Stage } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { DEFAULT_CROSS_STACK_REFERENCES } from 'aws-cdk-lib/cx-api';
import { CopyDestination, CopySource, MultipartCopyWorkflow } from '../../lib';
import { type CopyRunOptions, type CopyRunReport, parseSetup, runCopy } from '../../local/run';
import { folder } from './support';

// Apps of several stacks, Regions and partitions, and apps that leave names to the deployment.

function newApp(context: Record<string, unknown> = {}): App {
  return new App({ outdir: folder(), analyticsReporting: false, context });
}

const ACCOUNT = '123456789012';

const inRegion = (region: string): StackProps => ({ env: { account: ACCOUNT, region } });

function workflow(stack: Stack, source: s3.IBucket, destination: s3.IBucket): MultipartCopyWorkflow {
  return new MultipartCopyWorkflow(stack, 'Copy', {
    sources: [CopySource.bucket(source)],
    destinations: [CopyDestination.bucket(destination)],
  });
}

/** Runs a copy in parts through what the app synthesizes. */
async function run(app: App, options: Partial<CopyRunOptions> = {}): Promise<CopyRunReport> {
  const { report } = await runCopy({
    assembly: app.synth().directory,
    size: 11 * 1024 ** 2,
    partSize: 5 * 1024 ** 2,
    enforceIam: true,
    timeScale: 1000,
    ...options,
  });
  return report;
}

async function copies(app: App, options: Partial<CopyRunOptions> = {}): Promise<CopyRunReport> {
  const report = await run(app, options);
  expect(report.execution).toMatchObject({ error: '', cause: '', status: 'SUCCEEDED' });
  expect(report).toMatchObject({ verified: true, openUploads: 0 });
  expect(report.iam?.denied ?? []).toEqual([]);
  return report;
}

describe.each(['strong', 'weak', 'both'])('%s references between stacks', (references) => {
  const context = { [DEFAULT_CROSS_STACK_REFERENCES]: references };

  test('of any environment', async () => {
    const app = newApp(context);
    const storage = new Stack(app, 'Storage');
    const stack = new Stack(app, 'Workflow');
    workflow(stack, new s3.Bucket(storage, 'Source'), new s3.Bucket(stack, 'Destination'));
    await copies(app);
  });

  test('of one Region', async () => {
    const app = newApp(context);
    const storage = new Stack(app, 'Storage', inRegion('eu-west-1'));
    const stack = new Stack(app, 'Workflow', inRegion('eu-west-1'));
    const encryptionKey = new kms.Key(storage, 'Key');
    workflow(stack, new s3.Bucket(storage, 'Source', { encryptionKey }), new s3.Bucket(stack, 'Destination'));
    await copies(app);
  });

  test('of two Regions, with crossRegionReferences', async () => {
    const app = newApp(context);
    const storage = new Stack(app, 'Storage', { ...inRegion('us-east-1'), crossRegionReferences: true });
    const stack = new Stack(app, 'Workflow', { ...inRegion('eu-central-1'), crossRegionReferences: true });
    workflow(stack, new s3.Bucket(storage, 'Source'), new s3.Bucket(stack, 'Destination'));
    await copies(app);
  });
});

describe('template parameters', () => {
  function parametrized(): App {
    const app = newApp();
    const stack = new Stack(app, 'Test');
    const name = new CfnParameter(stack, 'SourceName', { allowedPattern: '[a-z-]+' });
    workflow(
      stack,
      new s3.Bucket(stack, 'Source', { bucketName: name.valueAsString }),
      new s3.Bucket(stack, 'Destination'),
    );
    return app;
  }

  test.each(['SourceName', 'Test:SourceName'])('without default, given as %s', async (name) => {
    await copies(parametrized(), {
      parameters: { [name]: 'given-name' },
      input: { source: 's3://given-name/object.bin' },
    });
  });

  test.each([
    ['not given', {}, /Parameter SourceName of stack Test has no value.*--parameter SourceName=VALUE/],
    ['not allowed', { SourceName: 'UPPER' }, /Parameter SourceName cannot be "UPPER"/],
    ['misspelt', { SourcName: 'a' }, /No template has a parameter SourcName.*SourceName/],
  ])('%s', async (_case, parameters, message) => {
    await expect(run(parametrized(), { parameters })).rejects.toThrow(message);
  });
});

describe('SSM parameters', () => {
  test.each([false, true])('that the app makes; as dynamic reference: %s', async (forceDynamicReference) => {
    const app = newApp();
    const storage = new Stack(app, 'Storage', inRegion('us-east-1'));
    const source = new s3.Bucket(storage, 'Source');
    const parameterName = '/lake/source';
    new ssm.StringParameter(storage, 'Name', { parameterName, stringValue: source.bucketName });
    const stack = new Stack(app, 'Workflow', inRegion('us-east-1'));
    const name = forceDynamicReference
      ? ssm.StringParameter.fromStringParameterAttributes(stack, 'Read', { parameterName, forceDynamicReference })
          .stringValue
      : ssm.StringParameter.valueForStringParameter(stack, parameterName);
    workflow(stack, s3.Bucket.fromBucketName(stack, 'Source', name), new s3.Bucket(stack, 'Destination'));
    await copies(app);
  });

  test.each(['/lake/source', 'source'])('%s that the app looks up', async (parameterName) => {
    const app = newApp();
    const stack = new Stack(new Stage(app, 'Prod'), 'Workflow', inRegion('us-east-1'));
    new MultipartCopyWorkflow(stack, 'Copy', {
      sources: [CopySource.bucketName(ssm.StringParameter.valueFromLookup(stack, parameterName))],
      destinations: [CopyDestination.bucket(new s3.Bucket(stack, 'Destination'))],
    });
    await expect(run(app)).rejects.toMatchObject({
      name: 'InvalidParameter',
      message: expect.stringContaining(
        `Add "ssm:account=${ACCOUNT}:parameterName=${parameterName}:region=us-east-1": "VALUE" to cdk.context.json`,
      ),
    });
  });

  test('that the app does not make', async () => {
    const parametrized = () => {
      const app = newApp();
      const stack = new Stack(app, 'Test');
      const name = ssm.StringParameter.valueForStringParameter(stack, '/lake/source');
      workflow(stack, new s3.Bucket(stack, 'Source', { bucketName: name }), new s3.Bucket(stack, 'Destination'));
      return app;
    };
    await copies(parametrized(), { parameters: { '/lake/source': 'lake-source' } });
    await expect(run(parametrized())).rejects.toThrow(/No stack of the app creates the SSM parameter \/lake\/source/);
  });
});

describe('partitions', () => {
  test.each(['cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1', 'eusc-de-east-1'])(
    '%s',
    async (region) => {
      const app = newApp();
      const stack = new Stack(app, 'Test', inRegion(region));
      const encryptionKey = new kms.Key(stack, 'Key');
      workflow(
        stack,
        new s3.Bucket(stack, 'Source', { encryptionKey }),
        new s3.Bucket(stack, 'Destination', { encryptionKey }),
      );
      await copies(app);
    },
  );

  test.each(['cn-north-1', 'us-gov-west-1'])('keys of the setup in %s', async (region) => {
    const app = newApp();
    const stack = new Stack(app, 'Test', inRegion(region));
    workflow(stack, new s3.Bucket(stack, 'Source'), new s3.Bucket(stack, 'Destination'));
    const setup = { object: { size: '11MiB', serverSideEncryption: 'aws:kms', ssekmsKeyId: 'alias/lake' } };
    const { source } = await copies(app, {
      sourceSetup: parseSetup(JSON.stringify(setup), 'setup'),
      enforceIam: false,
    });
    expect(source!.ssekmsKeyId).toMatch(`:kms:${region}:${ACCOUNT}:key/`);
  });
});
