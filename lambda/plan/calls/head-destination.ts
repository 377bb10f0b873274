import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type DestinationObject, ErrorName } from '../../../lib/private/protocol';
import type { CopyOptions } from '../../../lib/private/protocol/options';
import { otherCausesOf403 } from '../../shared/access-denied';
import { ownParameters } from '../../shared/calls/parameters';
import type { S3Clients } from '../../shared/calls/s3';
import { describeObject } from '../../shared/describe-object';
import { CopyError, explain } from '../../shared/errors';
import { unquote } from '../source/conditions';

/**
 * Looks at the destination where the options depend on it, before terabytes are copied. S3 enforces them when the object is
 * made.
 *
 * @throws DestinationExists, DestinationNotFound
 */
export async function headDestination(
  clients: S3Clients,
  destination: DestinationObject,
  { overwrite = 'always', ifMatch }: CopyOptions,
): Promise<HeadObjectCommandOutput | undefined> {
  if (overwrite === 'always' && ifMatch === undefined) return undefined;
  const name = describeObject(destination);
  const existing = await headIfExists(clients, destination, name);
  if (existing && overwrite === 'never') {
    throw new CopyError(ErrorName.DESTINATION_EXISTS, `${name} exists and options.overwrite is 'never'`);
  }
  if (ifMatch === undefined) return existing;
  if (!existing) {
    throw new CopyError(
      ErrorName.DESTINATION_NOT_FOUND,
      `${name} does not exist and options.ifMatch is ${ifMatch}; leave ifMatch out, or take overwrite 'never' for a new object`,
    );
  }
  if (unquote(existing.ETag ?? '') === unquote(ifMatch)) return existing;
  throw new CopyError(
    ErrorName.DESTINATION_EXISTS,
    `${name} has ETag ${existing.ETag} and options.ifMatch is ${ifMatch}; look at what was written there, and name its ETag to overwrite it`,
  );
}

async function headIfExists(
  clients: S3Clients,
  object: DestinationObject,
  name: string,
): Promise<HeadObjectCommandOutput | undefined> {
  const key = await ownParameters(object);
  try {
    return await clients(object).send(new HeadObjectCommand({ ...key, ChecksumMode: 'ENABLED' }));
  } catch (error) {
    if ((error as Error).name === 'NotFound') return undefined;
    throw explain(error, { call: 'HeadObject', destination: name, orWhere: otherCausesOf403({ destination: object }) });
  }
}
