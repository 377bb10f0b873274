import { kmsArn } from '../base/arns';
import { S3Error } from '../errors/s3-error';
import { NotFoundError } from '../errors/server-errors';
import { keyArn } from '../kms/key-names';
import type { OperationContext } from '../operations/context';
import type { KmsKey } from '../store/model';

/** Finds a key by ID, ARN or alias, or creates it. */
export function ensureKey(context: OperationContext, kmsKeyId: string, accountId: string, region: string): KmsKey {
  try {
    return context.kms.find(kmsKeyId, accountId, region);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    const resource = kmsKeyId.startsWith('alias/') ? kmsKeyId : `key/${kmsKeyId}`;
    return context.kms.createNamed(kmsKeyId.startsWith('arn:') ? kmsKeyId : kmsArn(resource, region, accountId));
  }
}

/**
 * Finds a key in any state, including `Deleted`, by ID, ARN or alias.
 * @throws NotFoundError
 */
export function keyOf(context: OperationContext, name: string, accountId: string, region: string): KmsKey {
  let key: KmsKey | undefined;
  try {
    key = context.kms.keyNamed(keyArn(name, accountId, region));
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
  }
  if (key !== undefined) return key;
  throw new NotFoundError(
    `KMS key '${name}' does not exist in account ${accountId}, ${region}; create it with createKmsKey first`,
  );
}
