import type { DestinationObject, MadeObject, TimeWindow } from '../../lib/private/protocol';
import { describeObject } from './describe-object';
import { quote } from './etag';

interface Answer {
  readonly ETag?: string;
  readonly VersionId?: string;
  readonly RequestCharged?: string;
}

/** The output of Complete and CopyObject. */
export function toMadeObject(
  destination: DestinationObject,
  { ETag = '', VersionId: versionId = '', RequestCharged: requestCharged }: Answer,
  made: TimeWindow,
): MadeObject {
  const etag = quote(ETag);
  const version = versionId === '' ? '' : `, version ${versionId}`;
  const description = `${describeObject(destination)} (ETag ${etag}${version})`;
  return { etag, versionId, made, requestCharged, description };
}
