/** A call of AWS failed; the message says what to do. */
export class AwsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AwsError';
  }
}

/** Advice for errors that every call can have. */
const ADVICE: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [
    /Region is missing/,
    'no Region is known; use --region, set AWS_REGION, or check that the profile exists and has a region',
  ],
  [
    /^CredentialsProviderError/,
    'there are no AWS credentials; check --profile and AWS_PROFILE, sign in (aws sso login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (a local endpoint takes any)',
  ],
  [/ExpiredToken|token.*expired/i, 'the credentials have expired; sign in again, such as by aws sso login'],
  [/ECONNREFUSED/, 'nothing answers at the endpoint; check the URL, and whether the server runs'],
  [/ENOTFOUND|EAI_AGAIN/, 'the host name of the endpoint is not known; check --region and the endpoint'],
];

/** Adds the name of the call, and advice if there is any. */
export function explainError(call: string, error: unknown): AwsError {
  const { name, message } = error as Error;
  const code = (error as { code?: string }).code ?? '';
  const text = `${name}: ${message} ${code}`;
  const advice = ADVICE.find(([pattern]) => pattern.test(text))?.[1];
  const said = message === '' || message === 'UnknownError' ? name : `${name}: ${message}`;
  return new AwsError(`${call}: ${advice ?? (said.trim() || code)}`, { cause: error });
}
