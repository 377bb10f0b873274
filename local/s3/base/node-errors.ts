/** The code of a Node.js error, such as ENOENT. `instanceof Error` is false for errors of another realm, such as that of Jest. */
export function nodeErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
