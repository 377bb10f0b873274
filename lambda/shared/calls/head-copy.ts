import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { DestinationObject } from '../../../lib/private/protocol';
import { describeObject } from '../describe-object';
import { explain } from '../errors';
import { ownParameters } from './parameters';
import type { S3Clients } from './s3';

/** The object that a copy has made, as it is stored. */
export async function headCopy(
  clients: S3Clients,
  destination: DestinationObject,
  VersionId: string | undefined,
): Promise<HeadObjectCommandOutput> {
  try {
    return await clients(destination).send(
      new HeadObjectCommand({ ...(await ownParameters(destination)), VersionId, ChecksumMode: 'ENABLED' }),
    );
  } catch (error) {
    throw explain(error, { call: 'HeadObject of the copy', destination: describeObject(destination) });
  }
}

/** The object that a try whose answer was lost has made; undefined where what is there, if anything, is not `ours`. */
export async function headMade(
  clients: S3Clients,
  destination: DestinationObject,
  ours: (existing: HeadObjectCommandOutput) => boolean,
): Promise<HeadObjectCommandOutput | undefined> {
  const existing = await headCopy(clients, destination, undefined).catch(() => undefined);
  return existing && ours(existing) ? existing : undefined;
}
