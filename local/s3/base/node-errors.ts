/** The code of a Node.js error, such as ENOENT. `instanceof Error` would miss errors of another realm (Jest's). */
export function nodeErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
