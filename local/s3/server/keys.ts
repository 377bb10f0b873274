import { kmsArn } from '../base/arns';
import { S3Error } from '../errors/s3-error';
import { NotFoundError } from '../errors/server-errors';
import { arnOf } from '../kms/key-names';
import type { OperationContext } from '../operations/context';
import type { KmsKey } from '../store/model';

/** The key of an id, ARN or alias, which is created unless it exists. */
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
 * The key of an id, ARN or alias in any state, also `Deleted`.
 * @throws NotFoundError
 */
export function keyOf(context: OperationContext, name: string, accountId: string, region: string): KmsKey {
  let key: KmsKey | undefined;
  try {
    key = context.kms.keyNamed(arnOf(name, accountId, region));
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
  }
  if (key !== undefined) return key;
  throw new NotFoundError(`there is no KMS key '${name}' in account ${accountId}, ${region}: create it first`);
}
