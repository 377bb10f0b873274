import { S3Error } from '../errors/s3-error';
import type { OperationName } from '../wire/operation-names';
import type { S3Request } from '../wire/request';
import { childOf, childrenOf, parseXml, textOf, type XmlElement } from '../wire/xml';
import type { ConditionKeys } from './principal-keys';
import { lockKeys, requestTagKeys } from './request-context';

/** Operations with condition keys that have values from the request body. */
const READERS: Partial<Record<OperationName, (document: XmlElement, now: number) => ConditionKeys>> = {
  PutObjectTagging: (document) => {
    const tags = childrenOf(childOf(document, 'TagSet') ?? document, 'Tag');
    return requestTagKeys(tags.map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const));
  },
  PutObjectRetention: (document, now) => {
    const until = textOf(document, 'RetainUntilDate');
    return [
      ...named('s3:object-lock-mode', textOf(document, 'Mode')),
      ...named('s3:object-lock-retain-until-date', until),
      ...lockKeys(until, now),
    ];
  },
  PutObjectLegalHold: (document) => named('s3:object-lock-legal-hold', textOf(document, 'Status')),
  CreateBucket: (document) => named('s3:locationconstraint', textOf(document, 'LocationConstraint')),
};

function named(key: string, value: string | undefined): ConditionKeys {
  return value === undefined ? [] : [[key, [value]]];
}

/** The condition keys with values from the request body. Empty if the body is malformed, which the operation reports. */
export async function bodyKeys(request: S3Request, now: number): Promise<ConditionKeys> {
  const read = READERS[request.operation];
  if (read === undefined) return [];
  const text = await request.body.text();
  try {
    return text.trim() === '' ? [] : read(parseXml(text), now);
  } catch (error) {
    if (error instanceof S3Error) return [];
    throw error;
  }
}
