import type { Stack } from 'aws-cdk-lib';

/** The JSON of something, without what is only known when the stack is deployed: at least so much will be written. */
export function literalJson(stack: Stack, value: unknown): string {
  return JSON.stringify(stack.resolve(value), (_key, part: unknown) => (isIntrinsic(part) ? literalText(part) : part));
}

/** A resolved text, without what is only known when the stack is deployed. */
export function literalText(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  const parts = (resolved as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1] ?? [];
  return parts.filter((part) => typeof part === 'string').join('');
}

/** Such as `{ Ref: … }`. */
function isIntrinsic(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const [name = '', ...others] = Object.keys(part);
  return others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}
