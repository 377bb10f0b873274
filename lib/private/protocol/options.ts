/*
 * The table of the options: each row has all facts about an option. Plan validates executions by it,
 * the construct validates `defaults` by it, the JSON Schema and docs/input.md are generated from it, and the local run
 * configures its workflow by it. option-rules.ts evaluates the rows.
 *
 * Names are those of S3's parameters where S3 has one. A new option is a row here, a field of what travels (objects.ts),
 * and the code that reads and sends it; see "Your first change" in CONTRIBUTING.md.
 */
import { areTags, haveDifferentNames, isDate, isForwardRange } from './checks';
import { CHECKSUM_ALGORITHMS, COMBINABLE_ALGORITHMS } from './checksums';
import type { Feature } from './features';
import { BOOLEAN, type Field, type FieldsOf, integer, type Kind, oneOf, size, text } from './kinds';
import {
  MAX_CONCURRENCY,
  MAX_PART_SIZE,
  MAX_RESTORE_DAYS,
  MAX_TAG_KEY_CHARACTERS,
  MAX_TAG_VALUE_CHARACTERS,
  MAX_TAGS,
  MIN_PART_SIZE,
} from './limits';

type Literal = string | number | boolean;

/** Other options by name, and which of their values are meant: `true` stands for any. */
export interface OtherOptions {
  readonly [option: string]: true | readonly Literal[];
}

/** A rule about an option together with others. */
export interface Combination {
  /** Values of the option to which the rule applies. Default: all. */
  readonly when?: readonly Literal[];
  /** Options that must be set too, to one of these values. */
  readonly requires?: OtherOptions;
  /** Options that must not be set, or not to one of these values. */
  readonly excludes?: OtherOptions;
  /** Completes "…, because …". */
  readonly because?: string;
}

export interface OptionField<K extends Kind = Kind> extends Field<K> {
  /** What holds if neither the execution nor the workflow sets the option. Text for people unless it is a value. */
  readonly default: Literal | { readonly text: string };
  /** Property of `CopyDefaults` that sets the option for executions that leave it out. */
  readonly prop?: string;
}

export interface Option<K extends Kind = Kind> extends OptionField<K> {
  /**
   * Options of one group express one thing together. An execution that sets one of them overrides the workflow's defaults
   * for all of them.
   */
  readonly group?: string;
  /** What the workflow must have turned on for these values of the option. Default: for all values. */
  readonly feature?: { readonly name: Feature; readonly values?: readonly Literal[] };
  /** Whether the value is the ARN of a secret that the workflow must have in `customerKeys`. */
  readonly isCustomerKey?: boolean;
  /** Whether the option is a condition on the source, which every call that copies repeats. */
  readonly isSourceCondition?: boolean;
  readonly combinations?: readonly Combination[];
}

const ASCII = '[\\x20-\\x7e]';
const HEADER_TEXT = text('printable ASCII without spaces at its ends, because it is sent as a header', {
  characters: ASCII,
  pattern: /^(?!\s)(?![\s\S]*\s$)/,
  isConfidential: true,
});
const ETAG = text('an ETag: printable ASCII', { minLength: 1, characters: ASCII });
const ETAGS = text("ETags with commas between them, or '*': printable ASCII", { minLength: 1, characters: ASCII });
const DATE = text('a date, such as 2026-11-22T10:00:00Z', { check: isDate });
const ACCOUNT_ID = text('an account ID of 12 digits', { pattern: /^\d{12}$/ });
const SECRET_ARN = text('the ARN of a Secrets Manager secret', {
  pattern: /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+$/,
  // Somebody may have written the key itself.
  isConfidential: true,
});

const METADATA = {
  type: 'map',
  mustBe: 'an object of texts by name, whose names differ by more than case',
  names: text("a header name of letters, digits, '-', '_' and the like, other than '__proto__'", {
    minLength: 1,
    characters: "[!#$%&'*+.^_`|~0-9A-Za-z\\-]",
    // The AWS SDK for JavaScript loses it.
    pattern: /^(?!__proto__$)/,
  }),
  // A line break would end the header that carries the value.
  values: text('text without control characters', { characters: '\\P{Cc}', isConfidential: true }),
  check: haveDifferentNames,
  isConfidential: true,
} as const;

const TAGS = `at most ${MAX_TAGS} tags with different keys of 1 to ${MAX_TAG_KEY_CHARACTERS} characters that do not begin with 'aws:', and values of up to ${MAX_TAG_VALUE_CHARACTERS} characters, all of letters, digits, spaces and + - = . _ : / @; as an object of values by key or as a URL query string`;

const TAGGING = {
  type: 'either',
  mustBe: TAGS,
  isConfidential: true,
  text: text(TAGS, { check: areTags, isConfidential: true }),
  object: {
    type: 'map',
    mustBe: TAGS,
    isConfidential: true,
    names: text('the key of a tag'),
    values: text('text', { isConfidential: true }),
    check: areTags,
  },
} as const;

const KMS = ['aws:kms', 'aws:kms:dsse'] as const;

const WITH_REPLACED_METADATA = [{ requires: { metadataDirective: ['REPLACE'] } }] as const;

const contentHeader = (doc: string) =>
  ({
    kind: HEADER_TEXT,
    doc: `${doc} Requires metadataDirective REPLACE.`,
    default: { text: "the source's" },
    group: 'metadata',
    combinations: WITH_REPLACED_METADATA,
  }) as const;

const RESTORE_FIELDS = {
  tier: {
    kind: oneOf('Expedited', 'Standard', 'Bulk'),
    doc: 'Retrieval tier.',
    default: 'Standard',
    prop: 'restoreTier',
  },
  days: {
    kind: integer(1, MAX_RESTORE_DAYS, 'days'),
    doc: 'Days for which S3 keeps the restored copy. Not used for the archive tiers of INTELLIGENT_TIERING.',
    default: 2,
    prop: 'restoreFor',
  },
} as const satisfies Record<string, OptionField>;

/** All options, in the order of the documentation. */
export const OPTIONS = {
  overwrite: {
    kind: oneOf('always', 'never', 'if-different'),
    doc: 'What to do if the destination exists. never: the copy fails. if-different: the copy is skipped if the bytes of both objects are provably equal; their other properties are not compared.',
    default: 'always',
    prop: 'overwrite',
    group: 'existing object',
  },
  ifMatch: {
    kind: ETAG,
    doc: 'ETag of the one object at the destination that may be overwritten.',
    default: { text: 'any object' },
    group: 'existing object',
    combinations: [
      { excludes: { overwrite: ['never', 'if-different'] }, because: 'ifMatch overwrites one object that is known' },
    ],
  },
  dryRun: {
    kind: BOOLEAN,
    doc: 'Only plans the copy: the result has status PLANNED, and says how long the copy takes and what it costs.',
    default: false,
  },
  onFailure: {
    kind: oneOf('ABORT', 'KEEP'),
    doc: 'What happens to the multipart upload if the copy fails or is stopped. KEEP: it is kept, and an execution with resumeUploadId can resume it.',
    default: 'ABORT',
    prop: 'onFailure',
  },
  resumeUploadId: {
    kind: text('the ID of a multipart upload: printable ASCII', { minLength: 1, characters: '[\\x21-\\x7e]' }),
    doc: 'Continues the upload that an earlier execution kept, and copies only the parts that are missing.',
    default: { text: 'a new upload' },
  },
  partSize: {
    kind: size(MIN_PART_SIZE, MAX_PART_SIZE),
    doc: 'Size of a part: bytes, or text such as 64MiB. M, MB and MiB are the same, as in the AWS CLI: powers of 1024.',
    default: { text: "the workflow's, or chosen for the object" },
    group: 'parts',
  },
  maxConcurrency: {
    kind: integer(1, MAX_CONCURRENCY),
    doc: "Number of parts that are copied at the same time, at most the workflow's.",
    default: { text: "the workflow's" },
  },
  integrity: {
    kind: oneOf('required', 'best-effort'),
    doc: 'required: fails if only the size could prove the copy.',
    default: 'best-effort',
    prop: 'integrity',
  },
  preserveEtag: {
    kind: BOOLEAN,
    doc: "Copies the source's own parts, and fails unless the copy has the ETag of the source.",
    default: false,
    prop: 'preserveEtag',
    group: 'parts',
    combinations: [
      {
        when: [true],
        excludes: { range: true, partSize: true, serverSideEncryption: KMS, sseCustomerKeySecretArn: true },
        because: 'the copy would have another ETag',
      },
    ],
  },

  copySourceIfMatch: {
    kind: ETAGS,
    doc: 'Copies only if the source has this ETag.',
    default: { text: 'no condition' },
    isSourceCondition: true,
  },
  copySourceIfNoneMatch: {
    kind: ETAGS,
    doc: 'Copies only if the source has another ETag.',
    default: { text: 'no condition' },
    isSourceCondition: true,
  },
  copySourceIfModifiedSince: {
    kind: DATE,
    doc: 'Copies only if the source was modified after this date.',
    default: { text: 'no condition' },
    isSourceCondition: true,
  },
  copySourceIfUnmodifiedSince: {
    kind: DATE,
    doc: 'Copies only if the source was not modified after this date.',
    default: { text: 'no condition' },
    isSourceCondition: true,
  },
  range: {
    kind: text('bytes=first-last, where first is not after last', {
      pattern: /^bytes=\d+-\d+$/,
      check: isForwardRange,
    }),
    doc: 'Bytes of the source that are copied as an object of their own: bytes=first-last.',
    default: { text: 'the whole object' },
    group: 'parts',
  },
  requestPayer: {
    kind: oneOf('requester'),
    doc: 'The workflow pays for requests to Requester Pays buckets.',
    default: { text: "the bucket's owner pays" },
    prop: 'requesterPays',
  },
  expectedBucketOwner: {
    kind: ACCOUNT_ID,
    doc: 'Account that must own the destination bucket: that of the location, which the workflow always checks. Another account is NotAllowed.',
    default: { text: "the location's, or the account of the workflow" },
  },
  expectedSourceBucketOwner: {
    kind: ACCOUNT_ID,
    doc: 'Account that must own the source bucket: that of the location, which the workflow always checks. Another account is NotAllowed.',
    default: { text: "the location's, or the account of the workflow" },
  },
  copySourceSseCustomerKeySecretArn: {
    kind: SECRET_ARN,
    doc: 'Secret with the customer-provided key (SSE-C) with which the source is encrypted.',
    default: { text: 'none' },
    isCustomerKey: true,
  },
  sseCustomerKeySecretArn: {
    kind: SECRET_ARN,
    doc: 'Secret with the customer-provided key (SSE-C) with which S3 encrypts the copy.',
    default: { text: 'none' },
    isCustomerKey: true,
    group: 'encryption',
    combinations: [{ excludes: { serverSideEncryption: true, bucketKeyEnabled: true } }],
  },
  restore: {
    kind: { type: 'object', mustBe: 'an object, such as {"tier": "Bulk", "days": 2}', fields: RESTORE_FIELDS },
    doc: 'Restores an archived source first.',
    default: { text: 'archived sources fail with SourceArchived' },
    feature: { name: 'restore' },
  },

  metadataDirective: {
    kind: oneOf('COPY', 'REPLACE'),
    doc: 'COPY: content headers and user metadata of the source. REPLACE: those of the execution.',
    default: 'COPY',
    group: 'metadata',
  },
  cacheControl: contentHeader('Cache-Control.'),
  contentDisposition: contentHeader('Content-Disposition.'),
  contentEncoding: contentHeader('Content-Encoding.'),
  contentLanguage: contentHeader('Content-Language.'),
  contentType: contentHeader('Content-Type.'),
  expires: contentHeader('Expires, sent as it is even if it is not a date.'),
  metadata: {
    kind: METADATA,
    doc: 'User metadata. Values that are not ASCII are sent as encoded words of RFC 2047, as S3 returns them. Requires metadataDirective REPLACE.',
    default: { text: "the source's" },
    group: 'metadata',
    combinations: WITH_REPLACED_METADATA,
  },
  websiteRedirectLocation: {
    kind: text("empty, or printable ASCII that begins with '/', 'http://' or 'https://'", {
      pattern: /^((\/|https?:\/\/)[\x20-\x7e]*)?$/,
      isConfidential: true,
    }),
    doc: 'Website redirect. Empty for none.',
    default: { text: "the source's" },
  },
  storageClass: {
    kind: oneOf(
      'AWS_BACKUP_LOW_COST_WARM',
      'AWS_BACKUP_WARM',
      'DEEP_ARCHIVE',
      'EXPRESS_ONEZONE',
      'FSX_ONTAP',
      'FSX_OPENZFS',
      'GLACIER',
      'GLACIER_IR',
      'INTELLIGENT_TIERING',
      'ONEZONE_IA',
      'OUTPOSTS',
      'REDUCED_REDUNDANCY',
      'SNOW',
      'STANDARD',
      'STANDARD_IA',
    ),
    doc: 'Storage class of the copy.',
    default: { text: "the source's" },
    prop: 'storageClass',
  },
  taggingDirective: {
    kind: oneOf('COPY', 'REPLACE', 'NONE'),
    doc: 'COPY: tags of the source. REPLACE: those of tagging. NONE: no tags.',
    default: { text: 'COPY if the workflow copies tags, else NONE' },
    group: 'tags',
    feature: { name: 'tags', values: ['COPY', 'REPLACE'] },
    combinations: [{ when: ['REPLACE'], requires: { tagging: true } }],
  },
  tagging: {
    kind: TAGGING,
    doc: 'Tags, as an object of values by key or as a URL query string such as a=1&b=2. Requires taggingDirective REPLACE.',
    default: { text: "the source's" },
    group: 'tags',
    combinations: [{ requires: { taggingDirective: ['REPLACE'] } }],
  },
  aclDirective: {
    kind: oneOf('COPY', 'NONE'),
    doc: 'COPY: grants of the source. NONE: none.',
    default: { text: 'COPY if the workflow copies ACLs and acl is not set, else NONE' },
    group: 'acl',
    feature: { name: 'acl', values: ['COPY'] },
  },
  acl: {
    kind: oneOf(
      'authenticated-read',
      'aws-exec-read',
      'bucket-owner-full-control',
      'bucket-owner-read',
      'private',
      'public-read',
      'public-read-write',
    ),
    doc: 'Canned ACL of the copy.',
    default: { text: 'none' },
    prop: 'acl',
    group: 'acl',
    feature: { name: 'acl' },
    combinations: [{ excludes: { aclDirective: ['COPY'] } }],
  },
  objectLockDirective: {
    kind: oneOf('COPY', 'NONE'),
    doc: 'COPY: retention, legal hold and event hold of the source. NONE: none.',
    default: { text: 'COPY if the workflow copies Object Lock, else NONE' },
    group: 'object lock',
    feature: { name: 'objectLock', values: ['COPY'] },
  },
  objectLockMode: {
    kind: oneOf('GOVERNANCE', 'COMPLIANCE'),
    doc: 'Retention mode. Requires objectLockRetainUntilDate.',
    default: { text: "the source's, with objectLockDirective COPY" },
    group: 'object lock',
    feature: { name: 'objectLock' },
    combinations: [{ requires: { objectLockRetainUntilDate: true } }],
  },
  objectLockRetainUntilDate: {
    kind: DATE,
    doc: 'End of the retention. Requires objectLockMode.',
    default: { text: "the source's, with objectLockDirective COPY" },
    group: 'object lock',
    feature: { name: 'objectLock' },
    combinations: [{ requires: { objectLockMode: true } }],
  },
  objectLockLegalHoldStatus: {
    kind: oneOf('ON', 'OFF'),
    doc: 'Legal hold.',
    default: { text: "the source's, with objectLockDirective COPY" },
    group: 'object lock',
    feature: { name: 'objectLock' },
  },
  annotationDirective: {
    kind: oneOf('COPY', 'EXCLUDE'),
    doc: 'COPY: annotations of the source. EXCLUDE: none.',
    default: { text: 'COPY if the workflow copies annotations, else EXCLUDE' },
    feature: { name: 'annotations', values: ['COPY'] },
  },
  checksumAlgorithm: {
    kind: oneOf(...CHECKSUM_ALGORITHMS),
    doc: 'Checksum that S3 stores with the copy.',
    default: { text: "the source's if the copy can have it, else CRC64NVME" },
    group: 'checksum',
  },
  checksumType: {
    kind: oneOf('FULL_OBJECT', 'COMPOSITE'),
    doc: 'Whether the checksum covers all bytes, or the checksums of the parts. Requires checksumAlgorithm.',
    default: { text: 'FULL_OBJECT for CRC64NVME, CRC32C and CRC32, else COMPOSITE' },
    group: 'checksum',
    combinations: [
      {
        when: ['FULL_OBJECT'],
        requires: { checksumAlgorithm: COMBINABLE_ALGORITHMS },
        because: 'S3 can compute only these from the checksums of parts',
      },
      { when: ['COMPOSITE'], requires: { checksumAlgorithm: true } },
      {
        when: ['COMPOSITE'],
        excludes: { checksumAlgorithm: ['CRC64NVME'] },
        because: 'S3 has no composite CRC64NVME',
      },
    ],
  },
  serverSideEncryption: {
    kind: oneOf('AES256', 'aws:kms', 'aws:kms:dsse'),
    doc: 'Encryption of the copy.',
    default: { text: 'the default encryption of the destination bucket' },
    prop: 'serverSideEncryption',
    group: 'encryption',
  },
  ssekmsKeyId: {
    kind: text('the ARN of a KMS key: printable ASCII', { minLength: 1, characters: ASCII }),
    doc: 'ARN of the KMS key. Requires serverSideEncryption aws:kms or aws:kms:dsse.',
    default: { text: 'the key of the destination bucket' },
    prop: 'encryptionKey',
    group: 'encryption',
    combinations: [{ requires: { serverSideEncryption: KMS } }],
  },
  bucketKeyEnabled: {
    kind: BOOLEAN,
    doc: 'Whether S3 uses an S3 Bucket Key.',
    default: { text: "the destination bucket's" },
    prop: 'bucketKeyEnabled',
    group: 'encryption',
    combinations: [
      {
        when: [true],
        excludes: { serverSideEncryption: ['AES256', 'aws:kms:dsse'] },
        because: 'S3 has Bucket Keys for aws:kms only',
      },
    ],
  },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;

/** The options of an execution: its own, and the workflow's defaults for those that it leaves out. */
export type CopyOptions = FieldsOf<typeof OPTIONS>;

type SourceConditionName = {
  [N in OptionName]: (typeof OPTIONS)[N] extends { readonly isSourceCondition: true } ? N : never;
}[OptionName];

/** The conditions of an execution on its source. */
export type SourceConditions = Pick<CopyOptions, SourceConditionName>;
