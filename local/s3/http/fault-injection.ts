import { S3Error, type S3ErrorKind, s3Error } from '../errors/s3-error';
import type { Fault, KmsFaultKind } from '../simulation/fault-rules';
import type { S3Response } from '../wire/response';
import type { Exchange } from './exchange';

const KMS_ERRORS: Readonly<Record<KmsFaultKind, S3ErrorKind>> = {
  'kms-throttling': 'KmsThrottlingException',
  'kms-disabled': 'KmsKeyDisabled',
  'kms-pending-deletion': 'KmsKeyPendingDeletion',
  'kms-not-found': 'KmsKeyNotFound',
};

/** Key ARN in injected KMS errors, because the key of the request is not known before its operation runs. */
const PLACEHOLDER_KEY_ARN = 'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-4000-8000-000000000000';

/** Whether a request with this fault takes effect. */
export function takesEffect(fault: Fault): boolean {
  switch (fault.kind) {
    case 'error':
    case 'error-in-200':
      return fault.afterEffect === true;
    default:
      return ['reset-after', 'truncate', 'delay', 'late-effect'].includes(fault.kind);
  }
}

/** Injects a fault instead of performing the operation. */
export async function injectInstead(exchange: Exchange, fault: Fault): Promise<void> {
  exchange.errorCode = 'code' in fault ? fault.code : fault.kind;
  switch (fault.kind) {
    case 'error':
    case 'error-in-200':
      return injectError(exchange, fault);
    case 'empty-200':
      exchange.sendEmpty200();
      return;
    case 'hang':
      return exchange.clientDisconnects();
    case 'kms-throttling':
    case 'kms-disabled':
    case 'kms-pending-deletion':
    case 'kms-not-found':
      throw s3Error(KMS_ERRORS[fault.kind], {}, { key: PLACEHOLDER_KEY_ARN });
    default:
      exchange.reset();
  }
}

/** Injects a fault instead of the response, after the operation has been performed. */
export async function injectAfter(exchange: Exchange, fault: Fault, answer: S3Response): Promise<void> {
  if (fault.kind !== 'delay') exchange.errorCode = 'code' in fault ? fault.code : fault.kind;
  switch (fault.kind) {
    case 'error':
    case 'error-in-200':
      return injectError(exchange, fault);
    case 'reset-after':
      exchange.reset();
      return;
    case 'late-effect':
      // The connection is reset already.
      return;
    default:
      return exchange.send(answer, fault.kind === 'truncate');
  }
}

async function injectError(
  exchange: Exchange,
  fault: Extract<Fault, { kind: 'error' | 'error-in-200' }>,
): Promise<void> {
  if (fault.kind === 'error') throw new S3Error(fault.status, fault.code, fault.message);
  await exchange.failIn200(fault.code, fault.message, fault.trailingWhitespace === true);
}
