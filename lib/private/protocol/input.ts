/*
 * The forms of an execution input.
 */
import { isObjectKey } from './checks';
import { type FieldsOf, type ObjectKind, text } from './kinds';
import { MAX_KEY_BYTES } from './limits';
import { OPTIONS_KIND } from './option-rules';

/** `s3://bucket/key`. */
const S3_URI = /^s3:\/\/([^/]+)\/([\s\S]+)$/;

/** An object behind an access point, as in `x-amz-copy-source`. */
const ACCESS_POINT_OBJECT = /^(arn:[^:]+:s3:[^:]+:\d{12}:accesspoint\/[^/]+)\/object\/([\s\S]+)$/;

const FORMS = 's3://bucket/key, an access point ARN with /object/key, or an object with';
const SOURCE = `${FORMS} bucket and key`;
const DESTINATION = `${FORMS} bucket, key or both`;

const URI = text('s3://bucket/key, or arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME/object/KEY', {
  pattern: new RegExp(`${S3_URI.source}|${ACCESS_POINT_OBJECT.source}`),
});

const bucket = {
  kind: text('the name of a bucket, or the ARN or alias of an access point', { minLength: 3 }),
  doc: 'Name of a bucket, or ARN or alias of an access point.',
};
const key = {
  kind: text(`the key of an object, 1 to ${MAX_KEY_BYTES} bytes of UTF-8`, { minLength: 1, check: isObjectKey }),
  doc: 'Key of the object. It is never decoded.',
};
const versionId = {
  kind: text('the ID of a version; leave it out for the current version', { minLength: 1 }),
  doc: 'Default: the current version.',
};
const required = <T>(field: T) => ({ ...field, required: true }) as const;

/** The form that people and programs write. */
export const CONSOLE_INPUT = {
  type: 'object',
  mustBe: 'an object with a source, such as {"source": "s3://bucket/key"}',
  fields: {
    source: {
      required: true,
      doc: 'The object to copy.',
      kind: {
        type: 'either',
        mustBe: SOURCE,
        text: URI,
        object: {
          type: 'object',
          mustBe: SOURCE,
          fields: { bucket: required(bucket), key: required(key), versionId },
        },
      },
    },
    destination: {
      doc: "Where the copy goes. Default: the workflow's first destination, with its prefix in place of the source's.",
      kind: {
        type: 'either',
        mustBe: DESTINATION,
        text: URI,
        object: { type: 'object', mustBe: DESTINATION, fields: { bucket, key } },
      },
    },
    options: { doc: 'How the object is copied.', kind: OPTIONS_KIND },
  },
} as const satisfies ObjectKind;

export type ConsoleInput = FieldsOf<typeof CONSOLE_INPUT.fields>;

const open = <F extends ObjectKind['fields']>(fields: F) =>
  ({ type: 'object', mustBe: 'an object', open: true, fields }) as const;

/** An `Object Created` event of EventBridge: the fields that a copy needs. AWS adds fields over time. */
export const OBJECT_CREATED_EVENT = open({
  detail: {
    doc: '',
    required: true,
    kind: open({
      bucket: { doc: '', required: true, kind: open({ name: required(bucket) }) },
      object: { doc: '', required: true, kind: open({ key: required(key), 'version-id': versionId }) },
    }),
  },
} as const);

export type ObjectCreatedEvent = FieldsOf<typeof OBJECT_CREATED_EVENT.fields>;

/** Bucket and key of a URI that has been validated. */
export function parseUri(uri: string): { bucket: string; key: string } {
  const [, bucketName = '', objectKey = ''] = S3_URI.exec(uri) ?? ACCESS_POINT_OBJECT.exec(uri) ?? [];
  return { bucket: bucketName, key: objectKey };
}
