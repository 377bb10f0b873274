import { Token } from 'aws-cdk-lib';
import type { MultipartCopyWorkflowProps } from '../multipart-copy-workflow-props';
import { defaultOptions } from './default-options';
import { type Feature, FEATURE_NAMES, FEATURES, type WorkflowSettings } from './protocol';
import { OPTIONS } from './protocol/options';
import { problemsOf } from './protocol/problems';

/** A quarter of the default quota of 1,000 concurrent Lambda executions. */
const DEFAULT_MAX_CONCURRENCY = 250;

/** The features that the props turn on. */
export function featuresOf(props: MultipartCopyWorkflowProps): Feature[] {
  return FEATURE_NAMES.filter((name) => props[FEATURES[name].prop] ?? FEATURES[name].default);
}

/** The settings that Plan gets besides the locations. @throws if `defaults` are invalid */
export function workflowSettings(props: MultipartCopyWorkflowProps): WorkflowSettings {
  const features = featuresOf(props);
  const customerKeys = props.customerKeys?.map(({ secretArn }) => secretArn);
  return {
    partSize: props.partSize?.toBytes(),
    maxConcurrency: props.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY,
    features,
    customerKeys: customerKeys?.length ? customerKeys : undefined,
    options: props.defaults && defaultOptions(props.defaults, features),
  };
}

/** @throws if a required list is missing or empty, or if a limit is exceeded */
export function validateProps(props: MultipartCopyWorkflowProps): void {
  requireSome('sources', props.sources, 'CopySource.bucket(bucket)');
  requireSome('destinations', props.destinations, 'CopyDestination.bucket(bucket)');
  validateOption('maxConcurrency', props.maxConcurrency);
  validateOption('partSize', props.partSize?.toBytes());
}

/** TypeScript requires the lists. JavaScript code can leave them out. */
function requireSome(name: string, list: readonly unknown[] | undefined, example: string): void {
  if (Array.isArray(list) && list.length > 0) return;
  const problem = list === undefined ? 'missing' : Array.isArray(list) ? 'empty' : 'not a list';
  throw new Error(`${name} is ${problem}: pass at least one, such as [${example}]`);
}

/** The prop is the default of the option of the same name, and has the same limits. */
function validateOption(name: 'maxConcurrency' | 'partSize', value: number | undefined): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  const [problem] = problemsOf(OPTIONS[name].kind, value, [name]);
  if (problem) throw new Error(`${name} ${problem.text}`);
}
