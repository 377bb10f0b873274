/** Errors of uploads by forms. */
export const FORM_ERRORS = {
  MalformedForm: [400, 'MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.'],
  FormFile: [400, 'InvalidArgument', 'POST requires exactly one file upload per request.'],
  FormFieldsTooLarge: [
    400,
    'MaxPostPreDataLengthExceeded',
    'Your POST request fields preceeding the upload file was too large.',
  ],
  FormFieldMissing: [
    400,
    'InvalidArgument',
    "Bucket POST must contain a field named '{field}'.  If it is specified, please check the order of the fields.",
  ],
  EmptyKey: [400, 'InvalidArgument', 'User key must have a length greater than 0.'],
  InvalidPolicyDocument: [400, 'InvalidPolicyDocument', 'Invalid Policy: {detail}'],
  AgainstPolicy: [403, 'AccessDenied', 'Invalid according to Policy: {detail}'],
} as const;
