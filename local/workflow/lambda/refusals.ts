import { randomUUID } from 'node:crypto';
import { FunctionError, InvokeRefused, type ErrorPayload } from '../invoker';
import { type PlatformFault } from '../platform-faults';
import { type DeployedFunction } from '../template/functions';
import { exited } from './thread';

/**
 * An error of Lambda's Invoke with the message that Step Functions shows, which includes the response. The format was
 * recorded from AWS in localstack/localstack, test_task_service_lambda.snapshot.json (ResourceNotFoundException).
 */
function refused(name: string, status: number, message: string): InvokeRefused {
  const details = `Service: AWSLambda; Status Code: ${status}; Error Code: ${name}; Request ID: ${randomUUID()}; Proxy: null`;
  return new InvokeRefused(name, `${message} (${details})`);
}

export function throttled(): InvokeRefused {
  return refused('TooManyRequestsException', 429, 'Rate Exceeded.');
}

export function notFound(name: string, known: readonly string[]): InvokeRefused {
  const message = `Function not found: ${name}. The templates contain: ${known.join(', ') || 'none'}.`;
  return refused('ResourceNotFoundException', 404, message);
}

export function requestTooLarge(bytes: number, limit: number): InvokeRefused {
  const message = `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${limit} bytes)`;
  return refused('RequestTooLargeException', 413, message);
}

/**
 * A function that was idle for weeks is Inactive, and its first invocations fail until it is ready again
 * (keithrozario/Klayers#210, aws-cdk#20123; after 40 to 106 seconds in
 * aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws#801).
 */
export function inactive(): InvokeRefused {
  const message = 'Lambda is initializing your function. It will be ready to invoke shortly.';
  return refused('CodeArtifactUserPendingException', 409, message);
}

/** HTTP status and message of errors that Lambda's Invoke documents (API reference, Invoke, "Errors"). */
const INVOKE_ERRORS = new Map<string, readonly [number, string]>([
  ['TooManyRequestsException', [429, 'Rate Exceeded.']],
  ['ServiceException', [500, 'Service error.']],
  ['AWSLambdaException', [500, 'Internal Server Error']],
  ['ResourceConflictException', [409, 'The operation cannot be performed at this time.']],
  ['ResourceNotReadyException', [502, 'The function is inactive and its VPC connection is no longer available.']],
  ['EC2ThrottledException', [502, 'Lambda was throttled by Amazon EC2 while it set up the function.']],
  ['EC2UnexpectedException', [502, 'Lambda got an unexpected exception from Amazon EC2 while it set up the function.']],
  ['EC2AccessDeniedException', [502, 'Lambda needs more permissions to set up the function.']],
  ['ENILimitReachedException', [502, 'The limit of network interfaces has been reached.']],
  ['ENINotReadyException', [502, 'The network interface of the function is not ready yet.']],
  ['SubnetIPAddressLimitReachedException', [502, 'The subnets of the function have no free IP addresses.']],
  [
    'CodeArtifactUserPendingException',
    [409, 'Lambda is initializing your function. It will be ready to invoke shortly.'],
  ],
  ['CodeArtifactUserFailedException', [409, 'The code artifact of the function could not be made.']],
  ['KMSAccessDeniedException', [502, 'Lambda was unable to decrypt the environment variables: KMS access was denied.']],
  ['KMSDisabledException', [502, 'Lambda was unable to decrypt the environment variables: the KMS key is disabled.']],
]);

/** An error that a rule requests by its name, with or without the prefix `Lambda.`. */
export function refusedByRule({ name, message }: Extract<PlatformFault, { kind: 'error' }>): InvokeRefused {
  const bare = name.replace(/^Lambda\./, '');
  const [status, text] = INVOKE_ERRORS.get(bare) ?? [500, 'Lambda failed.'];
  return refused(bare, status, message ?? text);
}

/** The environment ended before it answered, by a signal, for example because it was out of memory. */
export function killed(id: string, error: 'Runtime.ExitError' | 'Lambda.Unknown' = 'Runtime.ExitError'): Error {
  const payload = exited(id, 'signal: killed');
  return error === 'Lambda.Unknown' ? unknown(payload) : new FunctionError(payload);
}

/** The time limit of the function was reached. */
export function timeLimit(id: string, { timeoutSeconds }: Pick<DeployedFunction, 'timeoutSeconds'>): ErrorPayload {
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${id} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
  };
}

/**
 * How Step Functions reports a failure for which Lambda returns no error type ("Handle Lambda service exceptions", Step
 * Functions Developer Guide: out of memory, timeouts). Message: cdklabs/construct-hub#713.
 */
export function unknown({ errorMessage }: ErrorPayload): InvokeRefused {
  const payload = JSON.stringify({ errorMessage });
  return new InvokeRefused(
    'Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
  );
}

/**
 * Step Functions does not know whether the function has run. The names are those that its guide recommends to retry.
 */
export function answerLost(
  id: string,
  error: NonNullable<Extract<PlatformFault, { kind: 'answer-lost' }>['error']> = 'Lambda.SdkClientException',
): InvokeRefused {
  switch (error) {
    case 'Lambda.Unknown':
      return unknown({ errorType: 'Unknown', errorMessage: `RequestId: ${id} Error: the connection was closed` });
    case 'Lambda.ClientExecutionTimeoutException':
      return new InvokeRefused(
        'ClientExecutionTimeoutException',
        'Client execution did not complete before the specified timeout configuration',
      );
    case 'Lambda.SdkClientException':
      return new InvokeRefused('SdkClientException', 'Unable to execute HTTP request: Read timed out');
  }
}

export function resultTooLarge(limit: number): ErrorPayload {
  return {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${limit} bytes).`,
  };
}
