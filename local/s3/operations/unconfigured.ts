import { s3Error, type S3ErrorKind } from '../errors/s3-error';
import { xmlResponse } from '../wire/response';
import { renderXml } from '../wire/xml';
import type { Operation, Operations } from './context';

/** Configurations that this server does not keep: asked for one, it answers as S3 does for a bucket that has none. */
function missing(kind: S3ErrorKind): Operation {
  return (context, request) => {
    const { name } = context.store.bucket(request.bucket);
    throw s3Error(kind, { BucketName: name });
  };
}

function empty(document: string): Operation {
  return (context, request) => {
    context.store.bucket(request.bucket);
    return xmlResponse(renderXml(document, null));
  };
}

export const unconfiguredOperations: Operations = {
  GetBucketCors: missing('NoSuchCORSConfiguration'),
  GetBucketWebsite: missing('NoSuchWebsiteConfiguration'),
  GetBucketReplication: missing('ReplicationConfigurationNotFoundError'),
  GetBucketNotificationConfiguration: empty('NotificationConfiguration'),
  GetBucketLogging: empty('BucketLoggingStatus'),
  GetBucketAccelerateConfiguration: empty('AccelerateConfiguration'),
};
