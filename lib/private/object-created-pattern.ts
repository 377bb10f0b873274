import { type Size, Token } from 'aws-cdk-lib';
import type { CopyOnObjectCreatedOptions } from '../object-created-rule';

/** EventBridge documents numeric matching between -5.0e9 and 5.0e9. */
const MAX_NUMERIC = 5_000_000_000;

/**
 * The pattern for `detail` of `Object Created` events.
 *
 * @throws if a size is too large, or if no size is between both
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function objectCreatedPattern(
  bucketName: string,
  keyPrefix: string,
  options: CopyOnObjectCreatedOptions,
): object {
  const { keySuffix = '', minimumSize, maximumSize, reasons } = options;
  const key = keyMatchers(keyPrefix, keySuffix);
  const size = sizeMatcher(minimumSize, maximumSize);
  // EventBridge rejects an empty pattern.
  const object = { ...(key && { key }), ...(size && { size }) };
  if (reasons?.length === 0) throw new Error('reasons is empty; leave it out for all');
  return {
    bucket: { name: [bucketName] },
    ...(Object.keys(object).length > 0 && { object }),
    ...(reasons && { reason: reasons }),
  };
}

/** Matchers of one field are alternatives, so a prefix and a suffix together require a wildcard. */
function keyMatchers(prefix: string, suffix: string): unknown[] | undefined {
  if (suffix === '') return prefix === '' ? undefined : [{ prefix }];
  if (prefix === '') return [{ suffix }];
  return [{ wildcard: `${literal(prefix)}*${literal(suffix)}` }, ...overlaps(prefix, suffix)];
}

/** In a wildcard, a backslash makes an asterisk or a backslash literal. */
function literal(text: string): string {
  return text.replaceAll(/[*\\]/g, '\\$&');
}

/** Keys in which the prefix and the suffix share characters: `a/b.bin` begins with `a/b` and ends with `b.bin`. */
function overlaps(prefix: string, suffix: string): string[] {
  const keys: string[] = [];
  for (let shared = 1; shared <= Math.min(prefix.length, suffix.length); shared++) {
    if (suffix.startsWith(prefix.slice(-shared))) keys.push(`${prefix}${suffix.slice(shared)}`);
  }
  return keys;
}

function sizeMatcher(minimum: Size | undefined, maximum: Size | undefined): object[] | undefined {
  const [least, most] = [bytesOf('minimumSize', minimum), bytesOf('maximumSize', maximum)];
  if (least === undefined && most === undefined) return undefined;
  if (least !== undefined && most !== undefined && isKnown(least) && isKnown(most) && least > most) {
    throw new Error(`minimumSize of ${least} bytes is more than maximumSize of ${most} bytes`);
  }
  const conditions = [...(least === undefined ? [] : ['>=', least]), ...(most === undefined ? [] : ['<=', most])];
  return [{ numeric: conditions }];
}

function bytesOf(prop: string, size: Size | undefined): number | undefined {
  const bytes = size?.toBytes();
  if (bytes === undefined || !isKnown(bytes) || bytes <= MAX_NUMERIC) return bytes;
  throw new Error(`${prop} must be at most ${MAX_NUMERIC} bytes, the largest number in an event pattern, got ${bytes}`);
}

function isKnown(bytes: number): boolean {
  return !Token.isUnresolved(bytes);
}
