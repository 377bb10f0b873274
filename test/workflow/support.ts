import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyDestination, CopySource, MultipartCopyWorkflow, type MultipartCopyWorkflowProps } from '../../lib';
import { type CopyRunOptions, type CopyRunReport, parseSetup, runCopy } from '../../local/run';
import type { S3Server } from '../../local/s3';
import type { PlatformFaultRule } from '../../local/workflow';
import '../spare-threads';

process.env.CDK_VALIDATION = 'false';

/** Policy of a bucket of somebody else that lets the copies be made. */
export const LET_IN = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: '{copyRole}' },
      Action: 's3:*',
      Resource: ['arn:aws:s3:::{bucket}', 'arn:aws:s3:::{bucket}/*'],
    },
  ],
};

/** How the object is copied: one that is small by one call, one that is not in parts of 5 MiB. */
export const WAYS = ['CopyObject', 'parts'] as const;

export type Way = (typeof WAYS)[number];

const SIZES: Record<Way, string> = { CopyObject: '1MiB', parts: '11MiB' };

/**
 * For copies that compare S3's clock with that of a worker. They tolerate a second, which is a millisecond at the scale that other tests
 * run at: a busy machine takes longer from an answer to its reader.
 */
export const COMPARES_CLOCKS = { timeScale: 10 };

/** One copy through a synthesized workflow between the buckets `raw` and `lake`. */
export interface Copy {
  /** As in the file of `--source-setup`. */
  readonly setup?: { readonly object?: object; readonly [field: string]: unknown };
  /** Of the execution input. */
  readonly options?: object;
  readonly input?: object;
  readonly source?: Partial<s3.BucketProps>;
  readonly destination?: Partial<s3.BucketProps>;
  readonly props?: (stack: Stack) => Partial<MultipartCopyWorkflowProps>;
  /** Adds to the stack of the workflow. */
  readonly extend?: (stack: Stack, workflow: MultipartCopyWorkflow) => void;
  readonly run?: Partial<CopyRunOptions>;
}

const folders: string[] = [];
afterAll(() => folders.forEach((path) => rmSync(path, { recursive: true, force: true })));

/** Synthesizes the workflow and runs it, every request checked against its policies. */
export async function copy(given: Copy, way?: Way): Promise<CopyRunReport> {
  const { object = {}, ...setup } = given.setup ?? {};
  const hasSize = 'size' in object || 'parts' in object || 'content' in object;
  const text = JSON.stringify({ ...setup, object: { ...(way && !hasSize && { size: SIZES[way] }), ...object } });
  const partSize = way === 'parts' && !('parts' in object) ? 5 * 1024 ** 2 : undefined;
  const { report } = await runCopy({
    template: synthesize(given),
    sourceSetup: parseSetup(text, 'setup'),
    input: {
      source: 's3://raw/in/object.bin',
      ...given.input,
      options: { ...(partSize !== undefined && { partSize }), ...given.options },
    },
    enforceIam: true,
    timeScale: 1000,
    platformFaults: laggingReads(),
    ...given.run,
  });
  return report;
}

/** The same, where it has to succeed by what the policies allow. */
export async function copied(given: Copy, way?: Way): Promise<CopyRunReport> {
  const report = await copy(given, way);
  expect(report.execution).toMatchObject({ error: '', cause: '', status: 'SUCCEEDED' });
  expect(report).toMatchObject({ verified: true, openUploads: 0, iam: { denied: [] } });
  if (way) expect(report.execution.states).toContain(way === 'parts' ? 'Complete' : 'CopyObject');
  return report;
}

/** The same, where it has to fail with this error and leave nothing. */
export async function failed(given: Copy, way: Way, error: string): Promise<CopyRunReport> {
  const report = await copy(given, way);
  expect(report.execution).toMatchObject({ status: 'FAILED', error });
  expect(report).toMatchObject({ result: null, openUploads: 0 });
  return report;
}

/** A client of somebody else, whom no policy restricts. */
export function clientOf(server: S3Server, accessKeyId = server.accountId): S3Client {
  const { endpoint, region } = server;
  const credentials = { accessKeyId, secretAccessKey: 'any' };
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true });
}

/** Faults of Lambda and Step Functions, for `run`. */
export function platformFaults(...rules: PlatformFaultRule[]): Pick<CopyRunOptions, 'platformFaults'> {
  const file = join(folder(), 'platform-faults.json');
  writeFileSync(file, JSON.stringify(rules));
  return { platformFaults: file };
}

/** A folder for the time of the tests. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'assembly-'));
  folders.push(path);
  return path;
}

/** ListExecutions, ListMapRuns and DescribeExecution of Step Functions are eventually consistent. */
const LAG: PlatformFaultRule = { fault: { kind: 'lagging-reads', milliseconds: 10_000 } };

let lagFile: string | undefined;

/** @returns the path of the rules */
function laggingReads(): string {
  if (lagFile === undefined) {
    lagFile = join(folder(), 'lag.json');
    writeFileSync(lagFile, JSON.stringify([LAG]));
  }
  return lagFile;
}

type Configuration = Pick<Copy, 'source' | 'destination' | 'props' | 'extend'>;

/** Templates by the function `props`, and by the properties of the buckets. */
const templates = new Map<Configuration['props'], Map<string, string>>();

/** @returns the path of the template; equal buckets and the same function `props` are synthesized once */
export function synthesize({ source = {}, destination = {}, props, extend }: Configuration): string {
  const known = templates.get(props) ?? new Map<string, string>();
  templates.set(props, known);
  const buckets = [source, destination];
  // Only what JSON holds can be compared.
  const key =
    extend !== undefined || buckets.flatMap(Object.values).some(isObject) ? undefined : JSON.stringify(buckets);
  const path = (key && known.get(key)) ?? synthesizeAnew({ source, destination, props, extend });
  if (key) known.set(key, path);
  return path;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function synthesizeAnew({ source, destination, props, extend }: Configuration): string {
  const outdir = folder();
  const app = new App({ outdir, analyticsReporting: false, treeMetadata: false });
  const stack = new Stack(app, 'Test', { env: { account: '123456789012', region: 'us-east-1' } });
  const given = props?.(stack) ?? {};
  const workflow = new MultipartCopyWorkflow(stack, 'Copy', {
    ...given,
    sources: given.sources ?? [
      CopySource.bucket(new s3.Bucket(stack, 'Source', { bucketName: 'raw', ...source }), { prefix: 'in/' }),
    ],
    destinations: given.destinations ?? [
      CopyDestination.bucket(new s3.Bucket(stack, 'Destination', { bucketName: 'lake', ...destination }), {
        prefix: 'out/',
      }),
    ],
  });
  extend?.(stack, workflow);
  app.synth();
  return join(outdir, 'Test.template.json');
}
