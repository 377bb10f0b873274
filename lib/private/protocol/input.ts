/*
 * The forms of an execution input.
 */
import { isObjectKey } from './checks';
import { type Check, type FieldsOf, type ObjectKind, text } from './kinds';
import { MAX_KEY_BYTES } from './limits';
import { FOLDER_URI, OBJECT_URI, parseUri } from './object-uri';
import { OPTIONS_KIND } from './option-rules';

const FORMS = 's3://bucket/key, an access point ARN with /object/key, or an object with';
const SOURCE = `${FORMS} bucket and key`;
const DESTINATION = `${FORMS} bucket, key or both`;

const hasObjectKey: Check<string> = (uri) => isObjectKey(parseUri(uri)?.key ?? '');

const URI = text('s3://bucket/key, or arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME/object/KEY', {
  pattern: OBJECT_URI,
  check: hasObjectKey,
});

/** A key that is empty or ends in a slash is a folder, to which the base name of the source is appended. */
const URI_OR_FOLDER = text('s3://bucket/key, or s3://bucket/folder/', { pattern: FOLDER_URI, check: hasObjectKey });

const bucket = {
  kind: text('the name of a bucket, or the ARN or alias of an access point', {
    minLength: 3,
    characters: '[\\w.:/\\-]',
  }),
  doc: 'Name of a bucket, or ARN or alias of an access point.',
};
const key = {
  kind: text(`the key of an object, 1 to ${MAX_KEY_BYTES} bytes of UTF-8`, { minLength: 1, check: isObjectKey }),
  doc: 'Key of the object. It is not URL-decoded.',
};
const versionId = {
  kind: text('the ID of a version: printable ASCII; leave it out for the current version', {
    minLength: 1,
    characters: '[\\x21-\\x7e]',
  }),
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
      doc: "Where the copy is created. Text that ends in a slash is a folder, to which the base name of the source is appended, as the AWS CLI does. Default: the workflow's first destination, whose prefix replaces that of the source.",
      kind: {
        type: 'either',
        mustBe: DESTINATION,
        text: URI_OR_FOLDER,
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
  // A rule can add these to the event.
  destination: {
    doc: '',
    kind: {
      type: 'object',
      mustBe: 'an object with the bucket and the prefix of a destination',
      fields: { bucket: required(bucket), prefix: { doc: '', kind: text('a key prefix') } },
    },
  },
  options: { doc: '', kind: OPTIONS_KIND },
} as const);

export type ObjectCreatedEvent = FieldsOf<typeof OBJECT_CREATED_EVENT.fields>;
