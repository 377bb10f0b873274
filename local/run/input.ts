import type { Location, Locations } from '../../lib/private/protocol';
import type { ByteRange } from '../s3';
import { InvalidRun } from './errors';
import type { SourceSetup } from './setup/schema';
import type { SourceAddress } from './source';

const DEFAULT_KEY = 'object.bin';

export interface InputOptions {
  /** Execution input as it was given; absent: a copy of the object that the run makes. */
  readonly input?: unknown;
  /** Key of the object that the run makes. */
  readonly key?: string;
  readonly partSize?: number;
  readonly maxConcurrency?: number;
}

type ObjectName = Omit<SourceAddress, 'versionId'>;

/** The execution input of a run, and the object that has to be there for it. */
export interface RunInput {
  readonly input: unknown;
  readonly source: SourceAddress;
  /** Where the copy goes. */
  readonly destination: ObjectName;
  /** Bytes of the source that the copy is to have; absent: all. */
  readonly range?: ByteRange;
  /** Bytes that an EventBridge event says its object has. */
  readonly eventSize?: number;
}

/**
 * Works out the input of the execution. The object is made where `key` says, else where the input says that it is, else
 * in the first declared source. An input that is not given names what the setup's object needs to be read.
 *
 * @param secretArn of a secret that the setup names
 * @throws InvalidRun where options cannot be added to the input
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
  const fallback: SourceAddress = { bucket: first.bucket, key: options.key ?? `${first.prefix}${DEFAULT_KEY}` };
  const { partSize, maxConcurrency } = options;

  if (options.input === undefined) {
    const input = generatedInput(fallback, setup, secretArn);
    return { input: withOptions(input, { partSize, maxConcurrency }), source: fallback };
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
 * The options of an input in the console form: as it was given, or as it is made up. Undefined for an input without any.
 *
 * @param secretArn of a secret that the setup names
 */
export function consoleInput(
  { input }: InputOptions,
  setup: SourceSetup | undefined,
  secretArn: (id: string) => string,
): Fields | undefined {
  const chosen = input ?? generatedInput({ bucket: '', key: '' }, setup ?? {}, secretArn);
  return 'options' in asFields(chosen) ? asFields(asFields(chosen).options) : undefined;
}

/** The version is named where it is not the newest, the key where the object has one of its own. */
function generatedInput(source: SourceAddress, setup: SourceSetup, secretArn: (id: string) => string): Fields {
  const { object, newerVersions = [], options } = setup;
  const versionId = newerVersions.length > 0 ? object?.versionId : undefined;
  const secret = object?.sseCustomerKeySecret;
  const input = { source: { ...source, ...(versionId !== undefined && { versionId }) } };
  if (secret === undefined && options === undefined) return input;
  const read = secret !== undefined && { copySourceSseCustomerKeySecretArn: secretArn(secret) };
  return { ...input, options: { ...read, ...options } };
}

/** As the workflow maps it: a destination that is not named is the first, with its prefix in place of the source's. */
function destinationOf({ input, source }: FoundInput, locations: Locations): ObjectName {
  const { destination } = asFields(input);
  const given = typeof destination === 'string' ? addressOf(destination) : asFields(destination);
  const from = locations.sources.find((location) => isWithin(source, location));
  const to = locations.destinations.find(({ bucket }) => bucket === given?.bucket) ?? locations.destinations[0];
  const rest = source.key.slice(from?.prefix.length ?? 0);
  return {
    bucket: typeof given?.bucket === 'string' ? given.bucket : (to?.bucket ?? source.bucket),
    key: typeof given?.key === 'string' ? given.key : `${to?.prefix ?? ''}${rest}`,
  };
}

function isWithin({ bucket, key }: SourceAddress, location: Location): boolean {
  return bucket === location.bucket && key.startsWith(location.prefix);
}

/** `options.range`, of which the source is read. */
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

/** `s3://bucket/key`, or the ARN of an object behind an access point. */
function addressOf(text: string): SourceAddress | undefined {
  const [, bucket, key] =
    /^s3:\/\/([^/]+)\/(.+)$/s.exec(text) ?? /^(arn:[^/]+:accesspoint\/[^/]+)\/object\/(.+)$/s.exec(text) ?? [];
  return toAddress(bucket, key, undefined);
}

function toAddress(bucket: unknown, key: unknown, versionId: unknown): SourceAddress | undefined {
  if (typeof bucket !== 'string' || typeof key !== 'string' || key === '') return undefined;
  return { bucket, key, ...(typeof versionId === 'string' && { versionId }) };
}
