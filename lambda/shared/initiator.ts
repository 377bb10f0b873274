/**
 * Whether this workflow may have begun an upload. The session of a function's role has the name of the function. Directory buckets, and
 * servers other than S3, may list the account instead.
 *
 * @param initiator as S3 lists it
 */
export function mayBeOwnInitiator(initiator = '', beginFunctionName: string): boolean {
  return !initiator.startsWith('arn:') || initiator.endsWith(`/${beginFunctionName}`);
}
