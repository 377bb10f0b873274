import type { CreateMultipartUploadCommandInput, HeadObjectCommandOutput, StorageClass, Tag } from '@aws-sdk/client-s3';
import type { ObjectProperties } from '../../lib/private/protocol';

/** S3 takes 8 KB of headers in all; the AWS CLI sends longer tags in a call of their own, and so do we. */
const MAX_TAGGING_HEADER_BYTES = 2048;

/** What a HeadObject and a GetObjectTagging say that the object carries. */
export function readProperties(head: HeadObjectCommandOutput, tags: Tag[]): ObjectProperties {
  return {
    cacheControl: head.CacheControl,
    contentDisposition: head.ContentDisposition,
    contentEncoding: head.ContentEncoding,
    contentLanguage: head.ContentLanguage,
    contentType: head.ContentType,
    expires: head.ExpiresString,
    metadata: head.Metadata,
    websiteRedirectLocation: head.WebsiteRedirectLocation,
    storageClass: head.StorageClass,
    tagging: tags.length === 0 ? undefined : encodeTags(tags),
  };
}

/** The parameters of CreateMultipartUpload that give an object these properties; `expires` goes by `withExpires`. */
export function toUploadParameters(properties: ObjectProperties): Partial<CreateMultipartUploadCommandInput> {
  return {
    CacheControl: properties.cacheControl,
    ContentDisposition: properties.contentDisposition,
    ContentEncoding: properties.contentEncoding,
    ContentLanguage: properties.contentLanguage,
    ContentType: properties.contentType,
    Metadata: properties.metadata,
    WebsiteRedirectLocation: properties.websiteRedirectLocation,
    StorageClass: properties.storageClass as StorageClass | undefined,
    Tagging: tagsFitHeader(properties) ? properties.tagging : undefined,
  };
}

/** Whether there are no tags to send after the object is made. */
export function tagsFitHeader({ tagging }: ObjectProperties): boolean {
  return tagging === undefined || Buffer.byteLength(tagging) <= MAX_TAGGING_HEADER_BYTES;
}

export function decodeTags(tagging: string): Tag[] {
  return [...new URLSearchParams(tagging)].map(([Key, Value]) => ({ Key, Value }));
}

function encodeTags(tags: Tag[]): string {
  return new URLSearchParams(tags.map(({ Key, Value }): [string, string] => [Key ?? '', Value ?? ''])).toString();
}

interface HttpRequest {
  readonly headers: Record<string, string>;
}

interface CommandWithStack {
  readonly middlewareStack: {
    add(
      middleware: (next: (args: never) => unknown) => (args: never) => unknown,
      options: { step: 'build'; name: string },
    ): void;
  };
}

/**
 * Sends the `Expires` header as the source stores it. The SDK's parameter is a date, and S3 keeps any text.
 */
export function withExpires<C extends CommandWithStack>(command: C, expires: string | undefined): C {
  if (expires === undefined) return command;
  command.middlewareStack.add(
    (next) => (args: never) => {
      (args as { request: HttpRequest }).request.headers.expires = expires;
      return next(args);
    },
    { step: 'build', name: 'expiresAsStored' },
  );
  return command;
}
