import * as path from 'path';
import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { FunctionRole } from './function-role';
import type { Network } from './network';
import { type Feature, type Step, STEPS } from './protocol';
import { WORKER_MEMORY } from './protocol/memory';

/** One folder for each step, built with this library. Apps need neither esbuild nor Docker to synthesize. */
const BUNDLES = path.join(__dirname, '..', '..', 'lambda', 'dist');

interface WorkerSpec {
  readonly id: string;
  readonly description: string;
  readonly timeout: Duration;
  /** The feature without which the step is left out. */
  readonly feature?: Feature;
}

const SPECS: Record<Step, WorkerSpec> = {
  plan: {
    id: 'PlanFunction',
    description: 'S3 multipart copy: validates the input and plans the parts',
    timeout: Duration.minutes(1),
  },
  restore: {
    id: 'RestoreFunction',
    description: 'S3 multipart copy: RestoreObject of an archived source',
    timeout: Duration.minutes(1),
    feature: 'restore',
  },
  begin: {
    id: 'BeginFunction',
    description: 'S3 multipart copy: CreateMultipartUpload',
    timeout: Duration.minutes(1),
  },
  'copy-part': {
    id: 'CopyPartFunction',
    description: 'S3 multipart copy: UploadPartCopy of one part',
    timeout: Duration.minutes(15),
  },
  'check-parts': {
    id: 'CheckPartsFunction',
    description: 'S3 multipart copy: checks the parts before they become an object',
    timeout: Duration.minutes(5),
  },
  complete: {
    id: 'CompleteFunction',
    description: 'S3 multipart copy: CompleteMultipartUpload',
    timeout: Duration.minutes(15),
  },
  verify: {
    id: 'VerifyFunction',
    description: 'S3 multipart copy: the proof of equality',
    timeout: Duration.minutes(15),
  },
  abort: {
    id: 'AbortFunction',
    description: 'S3 multipart copy: AbortMultipartUpload',
    timeout: Duration.minutes(5),
  },
  'copy-object': {
    id: 'CopyObjectFunction',
    description: 'S3 multipart copy: CopyObject of a small object',
    timeout: Duration.minutes(15),
  },
};

export interface WorkerOptions {
  readonly copyRole: FunctionRole;
  readonly runtime: lambda.Runtime;
  readonly architecture: lambda.Architecture;
  readonly logRetention: logs.RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  /** Environment variables by step. */
  readonly environment: Partial<Record<Step, Record<string, string>>>;
  readonly features: readonly Feature[];
  readonly network?: Network;
  readonly encryptionKey?: kms.IKey;
  readonly tracing: boolean;
  /** Of the function that copies parts. */
  readonly reservedConcurrency?: number;
}

/** The function of each step. Steps that need a feature may have none. */
export type Workers = Record<Exclude<Step, 'restore'>, lambda.Function> & { readonly restore?: lambda.Function };

/** Creates a function and its log group for each step. */
export function createWorkers(scope: Construct, options: WorkerOptions): Workers {
  const steps = STEPS.filter((step) => isNeeded(SPECS[step], options.features));
  const functions = steps.map((step) => [step, createWorker(scope, step, options)] as const);
  return Object.fromEntries(functions) as unknown as Workers;
}

function isNeeded({ feature }: WorkerSpec, features: readonly Feature[]): boolean {
  return feature === undefined || features.includes(feature);
}

function createWorker(scope: Construct, step: Step, options: WorkerOptions): lambda.Function {
  return createFunction(scope, { ...SPECS[step], bundle: step, memorySize: WORKER_MEMORY[step] }, options.copyRole, {
    ...options,
    environment: options.environment[step],
    reservedConcurrency: step === 'copy-part' ? options.reservedConcurrency : undefined,
  });
}

/** A function of this library. */
interface FunctionSpec extends Omit<WorkerSpec, 'feature'> {
  /** Folder of `lambda/dist`. */
  readonly bundle: string;
  /** MiB. */
  readonly memorySize: number;
}

/** What all functions share. */
export type FunctionOptions = Omit<WorkerOptions, 'copyRole' | 'environment' | 'features'> &
  Pick<lambda.FunctionOptions, 'environment' | 'deadLetterQueue'>;

/** Creates a function and its log group. */
export function createFunction(
  scope: Construct,
  spec: FunctionSpec,
  { grantee, functionRole, policy }: FunctionRole,
  options: FunctionOptions,
): lambda.Function {
  const logGroup = new logs.LogGroup(scope, `${spec.id}Logs`, {
    retention: options.logRetention,
    removalPolicy: options.removalPolicy,
    encryptionKey: options.encryptionKey,
  });
  logGroup.grantWrite(grantee);
  const worker = new WorkerFunction(scope, spec.id, {
    description: spec.description,
    code: lambda.Code.fromAsset(path.join(BUNDLES, spec.bundle)),
    handler: 'index.handler',
    runtime: options.runtime,
    architecture: options.architecture,
    memorySize: spec.memorySize,
    timeout: spec.timeout,
    role: functionRole,
    logGroup,
    loggingFormat: lambda.LoggingFormat.JSON,
    tracing: options.tracing ? lambda.Tracing.ACTIVE : lambda.Tracing.DISABLED,
    environmentEncryption: options.encryptionKey,
    reservedConcurrentExecutions: options.reservedConcurrency,
    environment: options.environment,
    deadLetterQueue: options.deadLetterQueue,
    ...options.network,
  });
  if (policy) worker.node.addDependency(policy);
  return worker;
}

/** `grantInvoke` grants the function itself, without its versions and aliases, which nobody invokes. */
class WorkerFunction extends lambda.Function {
  public override get resourceArnsForGrantInvoke(): string[] {
    return [this.functionArn];
  }
}
