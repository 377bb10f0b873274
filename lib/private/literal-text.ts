import type { Stack } from 'aws-cdk-lib';

/** JSON without the parts that are known only at deployment. The deployed JSON is at least as long. */
export function literalJson(stack: Stack, value: unknown): string {
  return JSON.stringify(stack.resolve(value), (_key, part: unknown) => (isIntrinsic(part) ? literalText(part) : part));
}

/** A resolved text without the parts that are known only at deployment. */
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
