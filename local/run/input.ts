import type { Locations } from '../../lib/private/protocol';
import { InvalidRun } from './errors';
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

/** The execution input of a run, and the object that has to be there for it. */
export interface RunInput {
  readonly input: unknown;
  readonly source: SourceAddress;
  /** Bytes that an EventBridge event says its object has. */
  readonly eventSize?: number;
}

/**
 * Works out the input of the execution. The object is made where `key` says, else where the input says that it is, else
 * in the first declared source.
 *
 * @throws InvalidRun where options cannot be added to the input
 */
export function toRunInput(options: InputOptions, locations: Locations): RunInput {
  const [first] = locations.sources;
  if (!first) throw new InvalidRun('the workflow declares no source');
  const fallback: SourceAddress = { bucket: first.bucket, key: options.key ?? `${first.prefix}${DEFAULT_KEY}` };
  const { partSize, maxConcurrency } = options;

  if (options.input === undefined) {
    return { input: withOptions({ source: fallback }, partSize, maxConcurrency), source: fallback };
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
  return { input: withOptions(options.input, partSize, maxConcurrency), source };
}

type Fields = Record<string, unknown>;

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function withOptions(input: unknown, partSize?: number, maxConcurrency?: number): unknown {
  if (partSize === undefined && maxConcurrency === undefined) return input;
  const { options, ...rest } = asFields(input);
  return {
    ...rest,
    options: {
      ...asFields(options),
      ...(partSize !== undefined && { partSize }),
      ...(maxConcurrency !== undefined && { maxConcurrency }),
    },
  };
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
  if (typeof source === 'string') {
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(source) ?? [];
    return toAddress(bucket, key, undefined);
  }
  const { bucket, key, versionId } = asFields(source);
  return toAddress(bucket, key, versionId);
}

function toAddress(bucket: unknown, key: unknown, versionId: unknown): SourceAddress | undefined {
  if (typeof bucket !== 'string' || typeof key !== 'string' || key === '') return undefined;
  return { bucket, key, ...(typeof versionId === 'string' && { versionId }) };
}
