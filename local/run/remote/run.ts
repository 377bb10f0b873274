import { credentialsOfRole, type DeployedStateMachine, type LocalDeployment, ScaledClock } from '../../workflow';
import { InvalidRun } from '../errors';
import { execute, resultOf } from '../execute';
import { type RunInput, toRunInput } from '../input';
import { type CopyRunOptions, DEFAULT_SIZE, DEFAULT_TIME_SCALE, putsSource } from '../options';
import { readPlatformFaults } from '../platform-faults';
import { readPlanFunction } from '../prepare-run';
import { byteCounter } from '../progress';
import { type CopyRun, toReport } from '../report';
import { secretArnOf, serveSecrets } from '../secrets';
import { putSource, requireReadable } from '../source';
import { type BucketOf, planStorage } from '../storage/plan';
import type { Verification } from '../verify';
import { CountingProxy } from './counting-proxy';
import { RemoteObjects } from './objects';
import { checkAccessKeys, makeStorageAt, openUploads, withOwner } from './storage';

/**
 * Runs one execution on the buckets and objects of a running `mpcopy s3`, which keeps the copy.
 *
 * @throws InvalidRun, ResourceUnavailable if the server cannot be used
 */
export async function runAtEndpoint(
  endpoint: string,
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
  options: CopyRunOptions,
): Promise<CopyRun> {
  const { region, accountId } = stateMachine;
  const { locations, roleArn } = readPlanFunction(deployment, stateMachine);
  const arnOfSecret = (id: string) => secretArnOf(id, deployment, region, accountId);
  const run = toRunInput(options, locations, {}, arnOfSecret);
  const inputBuckets = { source: run.source.bucket, destination: run.destination.bucket };
  const plan = planStorage(deployment, locations, inputBuckets, { accountId, region });
  await checkAccessKeys(endpoint, plan, roleArn);
  await makeStorageAt(endpoint, plan);
  if (putsSource(options)) await put(endpoint, plan.bucketOf, run, options);
  return runPrepared(endpoint, plan.bucketOf, run, deployment, stateMachine, options);
}

/** Generated content has real bytes here, since the S3 API cannot create any other content. */
async function put(
  endpoint: string,
  bucketOf: BucketOf,
  { source, eventSize }: RunInput,
  { file, size, onProgress }: CopyRunOptions,
): Promise<void> {
  const fileSize = file === undefined ? undefined : await requireReadable('--file', file);
  const content = { file, onDisk: true, size: fileSize ?? size ?? eventSize ?? DEFAULT_SIZE };
  const onBytes = byteCounter('put', content.size, onProgress);
  await withOwner(endpoint, bucketOf, source.bucket, (client, bucket) =>
    putSource(NOTHING_GENERATED, client, { ...source, bucket }, content, onBytes),
  );
}

const NOTHING_GENERATED = {
  putGenerated: () => {
    throw new InvalidRun('--endpoint takes real bytes only');
  },
};

async function runPrepared(
  endpoint: string,
  bucketOf: BucketOf,
  { input, source, destination, range }: RunInput,
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
  options: CopyRunOptions,
): Promise<CopyRun> {
  const { timeScale = DEFAULT_TIME_SCALE, lambdaConcurrency, onProgress, onFinished, onBusEvent } = options;
  const objects = new RemoteObjects(endpoint, bucketOf);
  const uploads = () => withOwner(endpoint, bucketOf, destination.bucket, openUploads);
  const before = new Set(await uploads());
  const size = (await objects.describe(source))?.size ?? 0;
  // The policies of the server are not known here, so access to secrets is always allowed.
  const secrets = await serveSecrets(deployment, stateMachine, {}, () => undefined);
  const proxy = await CountingProxy.start(new URL(endpoint));
  try {
    const execution = await execute(deployment, stateMachine, input, {
      s3Endpoint: proxy.endpoint,
      serviceEndpoints: { SECRETS_MANAGER: secrets.endpoint },
      clock: new ScaledClock(timeScale),
      // The server knows the access key of the role, because checkAccessKeys has checked it.
      credentials: (roleArn) => credentialsOfRole(roleArn),
      lambdaConcurrency,
      platformFaults: readPlatformFaults(options),
      bytes: range?.length ?? size,
      onProgress,
      onFinished,
      onBusEvent,
    });
    const result = resultOf(execution);
    const verification: Verification =
      result === null || result.status === 'PLANNED'
        ? { equal: false, text: result === null ? 'nothing was copied' : 'nothing was copied: this was a dry run' }
        : await objects.verify(result, range, onProgress);
    const stored = {
      source: await objects.describe(result?.source ?? source),
      copy: await objects.describe(result?.destination ?? destination),
      openUploads: (await uploads()).filter((id) => !before.has(id)).length,
    };
    return { report: toReport(execution, result, proxy.counts(), verification, stored, undefined), verification };
  } finally {
    await proxy.close();
    await secrets.close();
  }
}
