import type { Kind } from '../../lib/private/protocol/kinds';
import { FOLDER_URI, OBJECT_URI } from '../../lib/private/protocol/object-uri';
import { asInput, combinationProblems, type RawOptions, valueProblems } from '../../lib/private/protocol/option-rules';
import { OPTIONS } from '../../lib/private/protocol/options';
import { show } from '../../lib/private/protocol/problems';
import { UsageError } from '../failure';

/** The arguments of `mpcopy start` about a copy. */
export interface CopyArguments {
  readonly source?: string;
  readonly destination?: string;
  readonly versionId?: string;
  /** `name=value`, or `name.field=value` for options that are objects. */
  readonly options: readonly string[];
  /** The execution input of a file, to which the options are added. */
  readonly input?: unknown;
}

/**
 * The execution input. Its options are validated by the options table; permissions are checked by the workflow.
 *
 * @throws UsageError
 */
export function executionInput({ source, destination, versionId, options, input }: CopyArguments): object {
  const added = parseOptions(options);
  if (input !== undefined) {
    if (source !== undefined) throw new UsageError('specify either an object or --input, not both');
    return withOptions(inputOf(input), added);
  }
  if (source === undefined) throw new UsageError('specify the object to copy, such as s3://bucket/key, or --input');
  if (!OBJECT_URI.test(source)) throw notUri('source', source, 's3://bucket/key');
  if (destination !== undefined && !FOLDER_URI.test(destination)) {
    throw notUri('destination', destination, 's3://bucket/key or s3://bucket/folder/');
  }
  return withOptions(
    {
      source: versionId === undefined ? source : { ...addressOf(source), versionId },
      ...(destination !== undefined && { destination }),
    },
    added,
  );
}

function inputOf(input: unknown): Record<string, unknown> {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Record<string, unknown>;
  throw new UsageError('--input has to be a JSON object, such as {"source": "s3://bucket/key"}');
}

function notUri(end: string, uri: string, form: string): UsageError {
  return new UsageError(`the ${end} is ${JSON.stringify(uri)}; it has to look like ${form}`);
}

function addressOf(uri: string): { bucket: string; key: string } {
  const [, bucket, accessPoint, key] = OBJECT_URI.exec(uri) ?? [];
  return { bucket: bucket ?? accessPoint ?? '', key: key ?? '' };
}

function withOptions(input: Record<string, unknown>, added: RawOptions): object {
  if (Object.keys(added).length === 0) return input;
  if (!('source' in input)) throw new UsageError('--option needs an input with a source; an event cannot have options');
  return { ...input, options: { ...(input.options as object | undefined), ...added } };
}

/** Options as they are in an execution input. @throws UsageError that names every problem */
export function parseOptions(texts: readonly string[]): RawOptions {
  // A map, because `__proto__` is special in an object.
  const named = new Map<string, unknown>();
  for (const text of texts) setOption(named, text);
  const options: RawOptions = Object.fromEntries(named);
  const problems = [
    ...valueProblems(options).map(({ path, text }) => `${path.join('.')} ${text}`.trim()),
    ...combinationProblems(options, (path) => asInput(path).replace(/^options\./, '')),
  ];
  if (problems.length > 0) throw new UsageError(`--option: ${problems.join('; ')}`);
  return options;
}

function setOption(options: Map<string, unknown>, text: string): void {
  const [, path, value = ''] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? [];
  if (path === undefined) throw new UsageError(`--option ${show(text)}: write name=value, such as partSize=64MiB`);
  const [name = '', ...fields] = path.split('.');
  const kind = kindOf(name);
  if (fields.length === 0) {
    options.set(name, parseValue(kind, value));
    return;
  }
  // A name of metadata may have dots.
  const field = fields.join('.');
  const fieldKind = kind?.type === 'object' && Object.hasOwn(kind.fields, field) ? kind.fields[field]?.kind : undefined;
  const outer = options.get(name);
  const given = typeof outer === 'object' && outer !== null ? outer : {};
  options.set(name, { ...given, [field]: parseValue(fieldKind, value) });
}

function kindOf(name: string): Kind | undefined {
  return Object.hasOwn(OPTIONS, name) ? OPTIONS[name as keyof typeof OPTIONS].kind : undefined;
}

/** The JSON value of a text. A text that is not JSON stays text, and is refused if the option does not accept text. */
function parseValue(kind: Kind | undefined, text: string): unknown {
  const isJson = kind?.type === 'boolean' || kind?.type === 'integer' || (/^\s*\{/.test(text) && kind?.type !== 'text');
  if (!isJson) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
