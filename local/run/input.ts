import type { ChildExecutions } from '../../lib';
import type { Location, Locations } from '../../lib/private/protocol';
import { baseName, parseFolder, parseUri } from '../../lib/private/protocol/object-uri';
import type { ByteRange } from '../s3';
import { InvalidRun } from './errors';
import type { SourceSetup } from './setup/schema';
import type { SourceAddress } from './source';

const DEFAULT_KEY = 'object.bin';
const DEFAULT_VERSION_ID = 'object'.padEnd(32, '0');

export interface InputOptions {
  /** Execution input. Default: copies the object that the run creates. */
  readonly input?: unknown;
  /** Key of the source object. Default: the key of `input`, otherwise `object.bin` under the first source's prefix. */
  readonly key?: string;
  readonly partSize?: number;
  readonly maxConcurrency?: number;
  /** `childExecutions` of the workflow. Default: that of the app. */
  readonly childExecutions?: `${ChildExecutions}`;
}

type ObjectName = Omit<SourceAddress, 'versionId'>;

/** The execution input of a run, and the objects that it names. */
export interface RunInput {
  readonly input: unknown;
  readonly source: SourceAddress;
  /** Destination of the copy. */
  readonly destination: ObjectName;
  /** The range of the source that is copied. Default: all of it. */
  readonly range?: ByteRange;
  /** Size of the object according to an EventBridge event. */
  readonly eventSize?: number;
}

/**
 * Determines the input of the execution and the location of its source object: `key`, otherwise the object that the
 * input names, otherwise the first declared source. A generated input includes the options that are needed to read the
 * object of the setup.
 *
 * @param secretArn returns the ARN of a secret that the setup names
 * @throws InvalidRun if options cannot be added to the input
 */
export function toRunInput(
  options: InputOptions,
  locations: Locations,
  setup: SourceSetup = {},
  secretArn: (id: string) => string = (id) => id,
): RunInput {
  const found = findInput(options, locations, setup, secretArn);
  const range = rangeOf(found.input);
  return { ...found, destination: destinationOf(found, locations), ...(range && { range }) };
}

type FoundInput = Omit<RunInput, 'destination' | 'range'>;

function findInput(
  options: InputOptions,
  locations: Locations,
  setup: SourceSetup,
  secretArn: (id: string) => string,
): FoundInput {
  const [first] = locations.sources;
  if (!first) throw new InvalidRun('the workflow declares no source');
  const fallback: ObjectName = { bucket: first.bucket, key: options.key ?? `${first.prefix}${DEFAULT_KEY}` };
  const { partSize, maxConcurrency } = options;

  if (options.input === undefined) {
    const source = { ...fallback, ...namedVersion(setup) };
    const input = generatedInput(source, setup, secretArn);
    return { input: withOptions(input, { partSize, maxConcurrency }), source };
  }
  const event = eventObject(options.input);
  if (event) {
    if (partSize !== undefined || maxConcurrency !== undefined) {
      throw new InvalidRun('--part-size and --concurrency cannot be added to an EventBridge event; leave them out');
    }
    const source = options.key === undefined ? event.address : fallback;
    return { input: options.input, source, eventSize: event.size };
  }
  const named = consoleSource(options.input);
  const source = options.key === undefined && named ? named : { ...fallback, bucket: named?.bucket ?? fallback.bucket };
  return { input: withOptions(options.input, { partSize, maxConcurrency }), source };
}

/**
 * The `options` of the execution input, given or generated; undefined if it has none.
 *
 * @param secretArn returns the ARN of a secret that the setup names
 */
export function consoleInput(
  { input }: InputOptions,
  setup: SourceSetup | undefined,
  secretArn: (id: string) => string,
): Fields | undefined {
  const chosen = input ?? generatedInput({ bucket: '', key: '' }, setup ?? {}, secretArn);
  return 'options' in asFields(chosen) ? asFields(asFields(chosen).options) : undefined;
}

/** The version of the object if it is not the current one. One that the setup does not choose gets an ID that is the same in every run. */
function namedVersion({ object, newerVersions = [], sourceBucket }: SourceSetup): Pick<SourceAddress, 'versionId'> {
  const isOlder = object !== undefined && newerVersions.length > 0;
  if (!isOlder || (sourceBucket?.versioning ?? 'Enabled') !== 'Enabled') return {};
  return { versionId: object.versionId ?? DEFAULT_VERSION_ID };
}

/** Names the customer-provided key if the object has one. */
function generatedInput(source: SourceAddress, setup: SourceSetup, secretArn: (id: string) => string): Fields {
  const { object, options } = setup;
  const secret = object?.sseCustomerKeySecret;
  const input = { source };
  if (secret === undefined && options === undefined) return input;
  const read = secret !== undefined && { copySourceSseCustomerKeySecretArn: secretArn(secret) };
  return { ...input, options: { ...read, ...options } };
}

/**
 * Same rule as in the workflow: the default is the first destination, with its prefix instead of the source's prefix.
 */
function destinationOf({ input, source }: FoundInput, locations: Locations): ObjectName {
  const { destination } = asFields(input);
  const folder = typeof destination === 'string' ? parseFolder(destination) : undefined;
  if (folder) return { bucket: folder.bucket, key: `${folder.folder}${baseName(source.key)}` };
  const given = typeof destination === 'string' ? addressOf(destination) : asFields(destination);
  const from = locations.sources.find((location) => isWithin(source, location));
  const to = locations.destinations.find(({ bucket }) => bucket === given?.bucket) ?? locations.destinations[0];
  const rest = source.key.slice(from?.prefix.length ?? 0);
  return {
    bucket: typeof given?.bucket === 'string' ? given.bucket : (to?.bucket ?? source.bucket),
    key: isKey(given?.key) ? given.key : `${to?.prefix ?? ''}${rest}`,
  };
}

function isWithin({ bucket, key }: SourceAddress, location: Location): boolean {
  return bucket === location.bucket && key.startsWith(location.prefix);
}

/** `options.range` of the input. */
function rangeOf(input: unknown): ByteRange | undefined {
  const { range } = asFields(asFields(input).options);
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(typeof range === 'string' ? range : '') ?? [];
  if (first === undefined || last === undefined) return undefined;
  return { offset: Number(first), length: Number(last) - Number(first) + 1 };
}

export type Fields = Record<string, unknown>;

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function withOptions(input: unknown, added: Record<string, number | undefined>): unknown {
  const given = Object.fromEntries(Object.entries(added).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length === 0) return input;
  const { options, ...rest } = asFields(input);
  return { ...rest, options: { ...asFields(options), ...given } };
}

function eventObject(input: unknown): { address: SourceAddress; size?: number } | undefined {
  if (!('detail-type' in asFields(input))) return undefined;
  const detail = asFields(asFields(input).detail);
  const address = toAddress(
    asFields(detail.bucket).name,
    asFields(detail.object).key,
    asFields(detail.object)['version-id'],
  );
  const size = asFields(detail.object).size;
  return address && { address, ...(typeof size === 'number' && { size }) };
}

function consoleSource(input: unknown): SourceAddress | undefined {
  const { source } = asFields(input);
  if (typeof source === 'string') return addressOf(source);
  const { bucket, key, versionId } = asFields(source);
  return toAddress(bucket, key, versionId);
}

/** Reads `s3://bucket/key` and `arn:…:accesspoint/NAME/object/KEY`. */
function addressOf(text: string): SourceAddress | undefined {
  const { bucket, key } = parseUri(text) ?? {};
  return toAddress(bucket, key, undefined);
}

/** Whether UTF-8 can represent the key. Plan refuses any other key. */
function isKey(key: unknown): key is string {
  return typeof key === 'string' && !/\p{Surrogate}/u.test(key);
}

function toAddress(bucket: unknown, key: unknown, versionId: unknown): SourceAddress | undefined {
  if (typeof bucket !== 'string' || !isKey(key) || key === '') return undefined;
  return { bucket, key, ...(typeof versionId === 'string' && { versionId }) };
}
