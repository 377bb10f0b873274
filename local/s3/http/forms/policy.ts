import { type S3Error, s3Error } from '../../errors/s3-error';

/** A condition of a policy document. */
interface Condition {
  readonly operation: 'eq' | 'starts-with';
  /** `$name`, as it is written there. */
  readonly field: string;
  readonly value: string;
}

/** Sizes that a file may have. */
export interface SizeRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** The policy document of a form: until when, and with which fields, somebody may upload with it. */
export interface PostPolicy {
  readonly expiration: number;
  readonly conditions: readonly Condition[];
  readonly sizes: readonly SizeRange[];
}

/** Fields that need no condition. */
const UNCONDITIONAL = new Set(['policy', 'file', 'signature', 'x-amz-signature', 'awsaccesskeyid']);

/** @throws InvalidPolicyDocument */
export function parsePostPolicy(base64: string): PostPolicy {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64)) throw invalid('invalid Base64 encoding.');
  const { expiration, conditions } = parseJson(Buffer.from(base64, 'base64').toString('utf8'));
  if (expiration === undefined) throw invalid('Policy missing expiration.');
  if (conditions === undefined) throw invalid('Policy missing conditions.');
  if (!Array.isArray(conditions)) throw invalid("Invalid 'conditions' value: must be a List.");
  const parsed = (conditions as unknown[]).map(parseCondition);
  return {
    expiration: parseExpiration(expiration),
    conditions: parsed.filter((condition) => 'field' in condition),
    sizes: parsed.filter((condition) => 'minimum' in condition),
  };
}

function parseJson(text: string): Record<string, unknown> {
  if (text.trim() === '') throw invalid("Expecting '{' but found End-of-Input");
  try {
    const policy: unknown = JSON.parse(text);
    if (typeof policy === 'object' && policy !== null && !Array.isArray(policy)) return { ...policy };
  } catch {
    // Told below.
  }
  throw invalid('Invalid JSON.');
}

function parseExpiration(value: unknown): number {
  const text = String(value);
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw invalid(`Invalid 'expiration' value: '${text}'`);
  return time;
}

function parseCondition(condition: unknown): Condition | SizeRange {
  if (Array.isArray(condition)) return parseList(condition as unknown[]);
  if (typeof condition !== 'object' || condition === null) {
    throw invalid('Invalid condition test: must be a List or Object.');
  }
  const [first, second] = Object.entries(condition);
  if (first === undefined || second !== undefined) {
    throw invalid('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
  }
  const [name, value] = first as [string, unknown];
  if (typeof value !== 'string') throw invalid('Invalid Simple-Condition: value must be a string.');
  return { operation: 'eq', field: `$${name}`, value };
}

function parseList(condition: readonly unknown[]): Condition | SizeRange {
  const [name, first, second] = condition;
  if (typeof name !== 'string') throw invalid('Invalid Condition: missing operation identifier.');
  const operation = name.toLowerCase();
  if (operation !== 'eq' && operation !== 'starts-with' && operation !== 'content-length-range') {
    throw invalid(`Invalid Condition: unknown operation '${name}'.`);
  }
  if (condition.length !== 3) throw invalid(`Invalid ${operation}: wrong number of arguments.`);
  if (operation === 'content-length-range') {
    return { minimum: parseSize(first, condition), maximum: parseSize(second, condition) };
  }
  if (typeof first !== 'string' || typeof second !== 'string') throw invalid('Invalid JSON.');
  return { operation, field: first, value: second };
}

function parseSize(value: unknown, condition: readonly unknown[]): number {
  if (typeof value === 'string' && !/^\d{1,15}$/.test(value)) throw failed(condition);
  const size = typeof value === 'string' ? Number(value) : value;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw invalid('Invalid JSON.');
  return size;
}

/**
 * Checks a form against its policy; what it says of the size of the file is for whoever receives that.
 * @param fields by their names in lower case; of the bucket, the one that the form is posted to
 * @throws AccessDenied
 */
export function checkPostPolicy(
  policy: PostPolicy,
  fields: ReadonlyMap<string, { readonly name: string; readonly value: string }>,
  bucket: string,
  now: number,
): void {
  if (policy.expiration <= now) throw against('Policy expired.');
  for (const condition of policy.conditions) {
    const name = nameOf(condition);
    const value = name === 'bucket' ? bucket : fields.get(name)?.value;
    if (!condition.field.startsWith('$') || value === undefined || !holds(condition, name, value)) {
      throw failed([condition.operation, condition.field, condition.value]);
    }
  }
  const conditional = new Set(policy.conditions.map(nameOf));
  const extra = [...fields].filter(
    ([name]) => !conditional.has(name) && !UNCONDITIONAL.has(name) && !name.startsWith('x-ignore-'),
  );
  if (extra.length > 0) throw against(`Extra input fields: ${extra.map(([, { name }]) => name).join(', ')}`);
}

function nameOf({ field }: Condition): string {
  return field.replace(/^\$/, '').toLowerCase();
}

function holds({ operation, value }: Condition, name: string, given: string): boolean {
  if (operation === 'eq') return given === value;
  // A list of types is good when each of them is.
  const values = name === 'content-type' ? given.split(',').map((type) => type.trim()) : [given];
  return values.every((each) => each.startsWith(value));
}

function invalid(detail: string): S3Error {
  return s3Error('InvalidPolicyDocument', {}, { detail });
}

function against(detail: string): S3Error {
  return s3Error('AgainstPolicy', {}, { detail });
}

function failed(condition: readonly unknown[]): S3Error {
  return against(`Policy Condition failed: [${condition.map((item) => JSON.stringify(item)).join(', ')}]`);
}
