/** The code of an error of Node's, such as ENOENT. Errors of another realm are no instances of this one's Error. */
export function nodeErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
