import { ErrorName, type ObjectAddress } from '../../../lib/private/protocol';
import {
  CONSOLE_INPUT,
  type ConsoleInput,
  OBJECT_CREATED_EVENT,
  type ObjectCreatedEvent,
} from '../../../lib/private/protocol/input';
import { parseFolder, parseUri } from '../../../lib/private/protocol/object-uri';
import {
  asDefault,
  asFixed,
  asInput,
  combinationProblems,
  type NameOption,
  nameOf,
  type RawOptions,
  valueProblems,
  withBytes,
  withDefaults,
} from '../../../lib/private/protocol/option-rules';
import type { CopyOptions } from '../../../lib/private/protocol/options';
import { andMore, type Problem, problemsOf, show } from '../../../lib/private/protocol/problems';
import type { Restrictions } from '../../../lib/private/protocol/restrictions';
import { CopyError } from '../../shared/errors';

/** What an execution requests, from either form of input. */
export interface CopyRequest {
  readonly source: ObjectAddress & { readonly versionId?: string };
  /** Absent: the first destination of the workflow. Its prefix replaces that of the source. */
  readonly destination?: DestinationRequest;
  /** The options of the execution and of the workflow. */
  readonly options: CopyOptions;
  /** The options of the execution alone. */
  readonly own: RawOptions;
  readonly isEvent: boolean;
}

/** The destination that an execution specifies. */
export interface DestinationRequest {
  readonly bucket?: string;
  readonly key?: string;
  /** Instead of a key: the base name of the source is appended to it. */
  readonly folder?: string;
  /** Instead of a key: it replaces the prefix of the source. Only rules set it. */
  readonly prefix?: string;
}

/**
 * Reads an execution input: the console form, or an `Object Created` event of EventBridge.
 *
 * @param workflow the defaults of the workflow, and the options that executions cannot change
 * @throws InvalidInput that names every problem
 */
export function readInput(input: unknown, workflow: WorkflowOptions = {}): CopyRequest {
  const request = isEvent(input) ? readEvent(input, workflow) : readConsoleInput(input, workflow);
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes <= MAX_INPUT_BYTES) return request;
  throw new CopyError(
    ErrorName.INVALID_INPUT,
    `the input has ${bytes} bytes, and at most ${MAX_INPUT_BYTES} are accepted; leave out the fields that a copy does not need`,
  );
}

/** CopyObject and Complete get the input besides the state, and a state gets at most 256 KiB. Events of S3 have about 1 KiB. */
const MAX_INPUT_BYTES = 64 * 1024;

export type WorkflowOptions = Pick<Restrictions, 'options' | 'fixed'>;

function readConsoleInput(input: unknown, workflow: WorkflowOptions): CopyRequest {
  const problems = problemsOf(CONSOLE_INPUT, input).map(describe);
  const own = optionsOf(input);
  const options = withDefaults(own, ofWorkflow(workflow));
  throwIfAny([...problems, ...problemsOfOptions(options, own, workflow)]);
  const { source, destination } = input as ConsoleInput;
  return {
    source: typeof source === 'string' ? parseUri(source)! : source,
    destination: typeof destination === 'string' ? (parseFolder(destination) ?? parseUri(destination)) : destination,
    options: withBytes(options),
    own: withBytes(own),
    isEvent: false,
  };
}

/**
 * Reads an event as S3 sends it, or with the destination and the options that a rule added. Keys are not URL-encoded, unlike in S3's other
 * notifications.
 */
function readEvent(event: Event, workflow: WorkflowOptions): CopyRequest {
  if (event.source !== 'aws.s3' || event['detail-type'] !== 'Object Created') {
    throw new CopyError(
      ErrorName.INVALID_INPUT,
      `the input is an EventBridge event with source ${show(event.source)} and detail-type ${show(event['detail-type'])}; only "Object Created" events of "aws.s3" can be copied`,
    );
  }
  const problems = problemsOf(OBJECT_CREATED_EVENT, event).map(describe);
  const own = optionsOf(event);
  const options = withDefaults(own, ofWorkflow(workflow));
  throwIfAny([...problems, ...problemsOfOptions(options, own, workflow)]);
  const { detail, destination } = event as unknown as ObjectCreatedEvent;
  const { bucket, object } = detail;
  return {
    source: { bucket: bucket.name, key: object.key, versionId: object['version-id'] },
    ...(destination && { destination: { prefix: '', ...destination } }),
    options: withBytes(options),
    own: withBytes(own),
    isEvent: true,
  };
}

interface Event {
  readonly source: unknown;
  readonly 'detail-type': unknown;
}

function isEvent(input: unknown): input is Event {
  return typeof input === 'object' && input !== null && 'detail-type' in input;
}

function ofWorkflow({ options = {}, fixed = {} }: WorkflowOptions): RawOptions {
  return withDefaults(fixed, options);
}

/** The options of an input that may be invalid; none if they are not an object. */
function optionsOf(input: unknown): RawOptions {
  const options = typeof input === 'object' && input !== null && 'options' in input ? input.options : {};
  return typeof options === 'object' && options !== null && !Array.isArray(options) ? (options as RawOptions) : {};
}

/**
 * Problems of combinations of options, and of values that the workflow sets. Synthesis validates the latter, too, but the values of
 * tokens are known only after deployment.
 */
function problemsOfOptions(options: RawOptions, own: RawOptions, { fixed = {} }: WorkflowOptions): string[] {
  const isOfWorkflow = (name = '') => Object.hasOwn(options, name) && !Object.hasOwn(own, name);
  const nameOption: NameOption = (path) => {
    if (!isOfWorkflow(path[0])) return asInput(path);
    return Object.hasOwn(fixed, path[0] ?? '') ? asFixed(path) : asDefault(path);
  };
  const problems = valueProblems(options).filter(({ path }) => isOfWorkflow(path[0]));
  return [
    ...problems.map(({ path, text }) => `${nameOption(path)} ${text}`),
    ...combinationProblems(options, nameOption),
  ];
}

function describe({ path, text }: Problem): string {
  return `${path.length === 0 ? 'the input' : nameOf(path)} ${text}`;
}

/** The number of problems that a message lists. An input can have thousands. */
const MAX_PROBLEMS = 20;

function throwIfAny(problems: string[]): void {
  if (problems.length === 0) return;
  const shown = problems.slice(0, MAX_PROBLEMS).join('; ');
  throw new CopyError(ErrorName.INVALID_INPUT, `${shown}${andMore(problems, MAX_PROBLEMS)}`);
}
