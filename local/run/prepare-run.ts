import { decodeLocations, ENV_LOCATIONS, type Locations } from '../../lib/private/protocol';
import { InvalidFaultError, type S3Server } from '../s3';
import {
  type DeployedFunction,
  type DeployedRole,
  type DeployedStateMachine,
  InvalidParameter,
  type LocalDeployment,
} from '../workflow';
import { InvalidRun } from './errors';
import { consoleInput, type Fields, type RunInput, toRunInput } from './input';
import { keyOf, makeNamedKey } from './keys';
import { type CopyRunOptions, DEFAULT_SIZE, putsSource } from './options';
import { byteCounter, type OnProgress } from './progress';
import { secretArnOf } from './secrets';
import { hasRealBytes, ownerClient, type Preparation, prepareObjects, totalBytes } from './setup/prepare';
import { putSource, requireReadable, type SourceContent } from './source';
import { makeStorage, registerPrincipals } from './storage/embedded';
import { type BucketOf, planStorage, type RunBucket } from './storage/plan';
import { applyTemplatePolicies } from './storage/policies';
import { explainFullDisk } from './temporary';

/** A run whose buckets and objects have been created. */
export interface PreparedRun extends Omit<RunInput, 'eventSize'> {
  readonly bucketOf: BucketOf;
  /** Whether the source has bytes that can be read back; false for generated content. */
  readonly realBytes: boolean;
  /** IDs of the uploads that were open before. */
  readonly uploadsBefore: ReadonlySet<string>;
  readonly copyRole?: DeployedRole;
  readonly enforceIam: boolean;
  readonly onProgress?: OnProgress;
}

/**
 * Creates the buckets, keys, roles and objects of a run in the embedded S3.
 *
 * @param otherLocations locations of further workflows, whose buckets are created, too
 * @throws InvalidRun
 */
export async function prepareRun(
  server: S3Server,
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
  options: CopyRunOptions,
  otherLocations: readonly Locations[] = [],
): Promise<PreparedRun> {
  const { locations, roleArn } = readPlanFunction(deployment, stateMachine);
  const { sourceSetup: setup = {}, enforceIam = false, onProgress } = options;
  const { region, accountId } = stateMachine;
  const arnOfSecret = (id: string) => secretArnOf(id, deployment, region, accountId);
  const { eventSize, ...run } = toRunInput(options, locations, setup, arnOfSecret);
  const { source, destination } = run;
  const inputBuckets = { source: source.bucket, destination: destination.bucket };
  const allLocations = merge(locations, ...otherLocations);
  const storage = planStorage(deployment, allLocations, inputBuckets, { accountId, region }, setup);
  const { bucketOf } = storage;
  const roles = options.transformRoles?.(deployment.roles) ?? deployment.roles;
  makeStorage(server, storage);
  registerPrincipals(server, storage, { roles, functions: deployment.functions });
  makeKeyOfInput(server, bucketOf(destination.bucket), options, consoleInput(options, setup, arnOfSecret));

  const content = await contentOf(options, eventSize);
  const puts = putsSource(options) && locations.sources.some(({ bucket }) => bucket === source.bucket);
  if (puts) await putObjects(server, { source, destination, content, copyRole: roleArn }, bucketOf, options);
  // Must be last, since policies may deny the puts.
  if (enforceIam) await applyTemplatePolicies(server, deployment, storage, inputBuckets, setup);
  return {
    ...run,
    bucketOf,
    realBytes: putsSource(options) && hasRealBytes(setup.object, content),
    uploadsBefore: new Set(server.openUploads().map(({ uploadId }) => uploadId)),
    copyRole: roles.find(({ arn }) => arn === roleArn),
    enforceIam,
    onProgress,
  };
}

/** The scenario app imports the key of `options.ssekmsKeyId`, so no template creates it. */
function makeKeyOfInput(
  server: S3Server,
  { owner, region }: RunBucket,
  { appReadsScenario }: CopyRunOptions,
  { ssekmsKeyId }: Fields = {},
): void {
  if (appReadsScenario !== true || typeof ssekmsKeyId !== 'string') return;
  makeNamedKey(server, keyOf(ssekmsKeyId, owner, region));
}

async function contentOf({ file, onDisk, size }: CopyRunOptions, eventSize?: number): Promise<Sized> {
  const fileSize = file === undefined ? undefined : await requireReadable('--file', file);
  return { file, onDisk, size: fileSize ?? size ?? eventSize ?? DEFAULT_SIZE };
}

type Sized = SourceContent & { readonly size: number };

async function putObjects(
  server: S3Server,
  run: Preparation & { readonly content: Sized },
  bucketOf: BucketOf,
  { sourceSetup, dir, onProgress }: CopyRunOptions,
): Promise<void> {
  const { source, content } = run;
  const onBytes = byteCounter('put', totalBytes(sourceSetup, content), onProgress);
  await explainFullDisk('the source object', content.size, dir, async () => {
    if (sourceSetup !== undefined) return prepareObjects(server, sourceSetup, bucketOf, { ...run, onBytes });
    const bucket = bucketOf(source.bucket);
    const client = ownerClient(server, bucket);
    try {
      await putSource(server, client, { ...source, bucket: bucket.name }, content, onBytes);
    } finally {
      client.destroy();
    }
  });
}

function merge(...all: readonly Locations[]): Locations {
  return {
    sources: all.flatMap(({ sources }) => sources),
    destinations: all.flatMap(({ destinations }) => destinations),
  };
}

/**
 * The Plan function's environment names the locations of its workflow; its role is the copy role.
 *
 * @throws InvalidRun if the state machine does not belong to a workflow
 * @throws InvalidParameter if a location has the placeholder of a value that the app looks up
 */
export function readPlanFunction(
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
): { locations: Locations; roleArn: string } {
  const definition = JSON.stringify(stateMachine.definition);
  const isPlan = (candidate: DeployedFunction) =>
    definition.includes(`"${candidate.arn}"`) && candidate.environment[ENV_LOCATIONS] !== undefined;
  const plan = deployment.functions.find(isPlan);
  if (!plan) {
    throw new InvalidRun(
      `state machine ${stateMachine.logicalId} does not belong to a MultipartCopyWorkflow: none of its functions has the variable ${ENV_LOCATIONS}`,
    );
  }
  const locations = decodeLocations(plan.environment[ENV_LOCATIONS]!);
  const text = JSON.stringify(locations);
  for (const { key, placeholder } of deployment.missingContext) {
    if (!text.includes(placeholder)) continue;
    throw new InvalidParameter(
      `the app looks up a location of the workflow, and cdk.context.json has no value for it. Add ${JSON.stringify(key)}: "VALUE" to cdk.context.json, or run cdk synth with credentials of AWS`,
    );
  }
  return { locations, roleArn: plan.roleArn };
}

/** @throws InvalidRun if the file cannot be read, or does not hold fault rules */
export async function loadFaults(server: S3Server, file: string): Promise<void> {
  try {
    await server.loadFaults(file);
  } catch (error) {
    if (error instanceof InvalidFaultError) throw new InvalidRun(`--faults ${error.message}`);
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new InvalidRun(`--faults ${file} cannot be read: ${(error as Error).message}`);
  }
}
