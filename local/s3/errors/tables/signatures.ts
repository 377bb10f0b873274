/** Errors of signature verification. */
export const SIGNATURE_ERRORS = {
  SignatureDoesNotMatch: [
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  RequestTimeTooSkewed: [
    403,
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
  ],
  RequestDateMissing: [403, 'AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header'],
  HeadersNotSigned: [403, 'AccessDenied', 'There were headers present in the request which were not signed'],
  InvalidToken: [400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.'],
  MissingContentSha256: [400, 'InvalidRequest', 'Missing required header for this request: x-amz-content-sha256'],
  InvalidContentSha256: [
    400,
    'InvalidArgument',
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
  ],
  TwoSignatures: [
    400,
    'InvalidArgument',
    'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
  ],
  UnsupportedAuthorization: [400, 'InvalidArgument', 'Unsupported Authorization Type'],
  SignatureVersionNotSupported: [
    400,
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  ],
} as const;
