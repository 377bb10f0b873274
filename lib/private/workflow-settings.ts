import { Stack, Token } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ChildExecutions } from '../child-executions';
import type { MultipartCopyWorkflowProps } from '../multipart-copy-workflow-props';
import { defaultOptions } from './default-options';
import { executionLimits } from './execution-limits';
import {
  type Feature,
  FEATURE_NAMES,
  FEATURES,
  MAX_CONCURRENCY,
  MAX_PART_SIZE,
  MIN_PART_SIZE,
  type WorkflowSettings,
} from './protocol';
import { integer, type Kind } from './protocol/kinds';
import { asFixed } from './protocol/option-rules';
import { OPTIONS } from './protocol/options';
import { problemsOf } from './protocol/problems';

/** A quarter of the default quota of 1,000 concurrent Lambda executions. */
const DEFAULT_MAX_CONCURRENCY = 250;

/** The features that the props turn on. */
export function featuresOf(props: MultipartCopyWorkflowProps): Feature[] {
  return FEATURE_NAMES.filter((name) => props[FEATURES[name].prop] ?? FEATURES[name].default);
}

function expressChildren(type = ChildExecutions.STANDARD): WorkflowSettings['childExecutions'] {
  return type === ChildExecutions.STANDARD ? undefined : type;
}

/** The settings that Plan gets besides the locations. @throws if `defaults` are invalid */
export function workflowSettings(scope: Construct, props: MultipartCopyWorkflowProps): WorkflowSettings {
  const features = featuresOf(props);
  const customerKeys = props.customerKeys?.map(({ secretArn }) => secretArn);
  return {
    account: Stack.of(scope).account,
    partSize: props.partSize?.toBytes(),
    maxConcurrency: props.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY,
    childExecutions: expressChildren(props.childExecutions),
    features,
    customerKeys: customerKeys?.length ? customerKeys : undefined,
    options: props.defaults && defaultOptions(props.defaults, features),
    fixed: props.fixedOptions && defaultOptions(props.fixedOptions, features, asFixed),
    limits: props.limits && executionLimits(props.limits, features),
  };
}

/** @throws if a required list is missing, if a limit is exceeded, or if the runtime cannot run the workers */
export function validateProps(props: MultipartCopyWorkflowProps): void {
  requireList('sources', props.sources, 'CopySource.bucket(bucket)');
  requireList('destinations', props.destinations, 'CopyDestination.bucket(bucket)');
  validateRuntime(props.runtime);
  validateNumber('reservedConcurrentExecutions', integer(1, MAX_CONCURRENCY), props.reservedConcurrentExecutions);
  validateNumber('maxConcurrency', OPTIONS.maxConcurrency.kind, props.maxConcurrency);
  // Options can be text such as '64MiB', too. A `Size` cannot.
  validateNumber('partSize', integer(MIN_PART_SIZE, MAX_PART_SIZE, 'bytes'), props.partSize?.toBytes());
}

/** TypeScript requires the lists, JavaScript does not. More locations can be added until synthesis. */
function requireList(name: string, list: readonly unknown[] | undefined, example: string): void {
  if (Array.isArray(list)) return;
  throw new Error(
    `${name} is ${list === undefined ? 'missing' : 'not a list'}: pass at least one, such as [${example}]`,
  );
}

/** The bundles are for Node.js 22 and later. */
function validateRuntime(runtime: lambda.Runtime | undefined): void {
  if (runtime === undefined || Token.isUnresolved(runtime.name)) return;
  const [, version] = /^nodejs(\d+)\.x$/.exec(runtime.name) ?? [];
  if (Number(version) >= MIN_NODE_VERSION) return;
  throw new Error(
    `runtime must be Node.js ${MIN_NODE_VERSION} or later, such as lambda.Runtime.NODEJS_22_X, got ${runtime.name}; leave it out for the latest`,
  );
}

const MIN_NODE_VERSION = 22;

function validateNumber(name: string, kind: Kind, value: number | undefined): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  const [problem] = problemsOf(kind, value, [name]);
  if (problem) throw new Error(`${name} ${problem.text}`);
}
