/**
 * What S3 lists for a root user, and for another account: a canonical user ID. Directory buckets list the ID of the account.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Initiator.html
 */
const CANONICAL_USER_ID = /^[\da-f]{64}$/;

/**
 * Whether this workflow may have created an upload. The session of a function's role has the name of the function. Directory buckets, and
 * servers other than S3, may list the account instead.
 *
 * @param initiator as S3 lists it
 */
export function mayBeOwnInitiator(initiator = '', beginFunctionName: string): boolean {
  if (initiator.startsWith('arn:')) return initiator.endsWith(`/${beginFunctionName}`);
  return !CANONICAL_USER_ID.test(initiator);
}
