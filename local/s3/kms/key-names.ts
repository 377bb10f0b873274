import { kmsArn, regionOfKey } from '../base/arns';
import { s3Error } from '../errors/s3-error';
import type { KmsKey } from '../store/model';

const UUID = /^(mrk-)?[0-9a-f-]{32,36}$/;

/**
 * The ARN of the key or alias that a request names by ID, alias or ARN.
 * @throws KMS.NotFoundException for an ARN of another Region, and for text that is not a key ID
 */
export function keyArn(name: string, accountId: string, region: string): string {
  if (/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:/.test(name)) {
    const named = regionOfKey(name) ?? region;
    if (named !== region) throw s3Error('KmsKeyRegion', {}, { region: named });
    return name;
  }
  if (name.startsWith('alias/')) return kmsArn(name, region, accountId);
  if (!UUID.test(name)) throw s3Error('KmsKeyId', {}, { key: name });
  return kmsArn(`key/${name}`, region, accountId);
}

/** Whether the ARN of an alias refers to the key. Other accounts and Regions may have an alias of the same name. */
export function isAliasOf(key: KmsKey, arn: string): boolean {
  const [, accountId, alias = ''] = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:(\d{12}):(.+)$/.exec(arn) ?? [];
  const sameRegion = regionOfKey(arn) === regionOfKey(key.arn);
  return sameRegion && accountId === key.accountId && key.aliases.includes(alias);
}
