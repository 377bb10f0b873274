import type { DestinationObject } from '../../lib/private/protocol';

/*
 * Commands of the AWS CLI in messages, for users who have to clean up what the workflow could not.
 */

/** Removes an upload. */
export function abortUploadCommand(destination: DestinationObject, uploadId: string): string {
  const { key, requestPayer } = destination;
  return command('abort-multipart-upload', destination, {
    key,
    'upload-id': uploadId,
    'request-payer': requestPayer,
  });
}

/** Lists the uploads to a key, and to keys that begin with it. */
export function listUploadsCommand(destination: DestinationObject): string {
  return command('list-multipart-uploads', destination, { prefix: destination.key });
}

function command(
  name: string,
  { bucket, region, owner }: DestinationObject,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const given = { bucket, ...parameters, 'expected-bucket-owner': owner, region };
  const words = Object.entries(given).flatMap(([parameter, value]) =>
    value === undefined ? [] : [`--${parameter} ${quote(value)}`],
  );
  return ['aws s3api', name, ...words].join(' ');
}

/** Quotes text for a POSIX shell, in which no character in single quotes is special. */
function quote(text: string): string {
  return /^[\w./:-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
