import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { MultipartCopyWorkflowProps } from '../multipart-copy-workflow-props';
import { defaultOptions } from './default-options';
import { executionLimits } from './execution-limits';
import { type Feature, FEATURE_NAMES, FEATURES, MAX_PART_SIZE, MIN_PART_SIZE, type WorkflowSettings } from './protocol';
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

/** The settings that Plan gets besides the locations. @throws if `defaults` are invalid */
export function workflowSettings(scope: Construct, props: MultipartCopyWorkflowProps): WorkflowSettings {
  const features = featuresOf(props);
  const customerKeys = props.customerKeys?.map(({ secretArn }) => secretArn);
  return {
    account: Stack.of(scope).account,
    partSize: props.partSize?.toBytes(),
    maxConcurrency: props.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY,
    features,
    customerKeys: customerKeys?.length ? customerKeys : undefined,
    options: props.defaults && defaultOptions(props.defaults, features),
    fixed: props.fixedOptions && defaultOptions(props.fixedOptions, features, asFixed),
    limits: props.limits && executionLimits(props.limits, features),
  };
}

/** @throws if a required list is missing or empty, or if a limit is exceeded */
export function validateProps(props: MultipartCopyWorkflowProps): void {
  requireSome('sources', props.sources, 'CopySource.bucket(bucket)');
  requireSome('destinations', props.destinations, 'CopyDestination.bucket(bucket)');
  validateNumber('maxConcurrency', OPTIONS.maxConcurrency.kind, props.maxConcurrency);
  // Options can be text such as '64MiB', too. A `Size` cannot.
  validateNumber('partSize', integer(MIN_PART_SIZE, MAX_PART_SIZE, 'bytes'), props.partSize?.toBytes());
}

/** TypeScript requires the lists. JavaScript code can leave them out. */
function requireSome(name: string, list: readonly unknown[] | undefined, example: string): void {
  if (Array.isArray(list) && list.length > 0) return;
  const problem = list === undefined ? 'missing' : Array.isArray(list) ? 'empty' : 'not a list';
  throw new Error(`${name} is ${problem}: pass at least one, such as [${example}]`);
}

function validateNumber(name: string, kind: Kind, value: number | undefined): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  const [problem] = problemsOf(kind, value, [name]);
  if (problem) throw new Error(`${name} ${problem.text}`);
}
