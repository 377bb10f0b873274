import { COMBINABLE } from '../../shared/integrity';

/** What `metadataDirective` is about. */
const METADATA = [
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
  'contentType',
  'expires',
  'metadata',
];

/** Options that say one thing together: an execution that names one of a group does without the defaults of all of it. */
const GROUPS: readonly (readonly string[])[] = [
  ['overwrite', 'ifMatch'],
  ['partSize', 'preserveEtag', 'range'],
  ['metadataDirective', ...METADATA],
  ['taggingDirective', 'tagging'],
  ['aclDirective', 'acl'],
  ['objectLockDirective', 'objectLockMode', 'objectLockRetainUntilDate', 'objectLockLegalHoldStatus'],
  ['checksumAlgorithm', 'checksumType'],
  ['serverSideEncryption', 'ssekmsKeyId', 'bucketKeyEnabled', 'sseCustomerKeySecretArn'],
];

type Options = { readonly [name: string]: unknown };

/** The options of an execution, and for what it leaves out those of the workflow. */
export function withDefaults(own: Options, defaults: Options): Options {
  const dropped = GROUPS.filter((group) => group.some((name) => name in own)).flat();
  const kept = Object.entries(defaults).filter(([name]) => !dropped.includes(name));
  return { ...Object.fromEntries(kept), ...own };
}

/** What is wrong with options that are each right by themselves. They need not be valid yet, so that all can be told at once. */
export function contradictions(options: Options): string[] {
  const has = (name: string) => options[name] !== undefined;
  const is = (name: string, ...values: unknown[]) => values.includes(options[name]);
  const problems: string[] = [];
  const check = (isWrong: boolean, problem: string) => {
    if (isWrong) problems.push(problem);
  };

  for (const name of METADATA) {
    check(
      has(name) && !is('metadataDirective', 'REPLACE'),
      `options.${name} needs options.metadataDirective 'REPLACE'`,
    );
  }
  check(
    has('tagging') && !is('taggingDirective', 'REPLACE'),
    "options.tagging needs options.taggingDirective 'REPLACE'",
  );
  check(
    is('taggingDirective', 'REPLACE') && !has('tagging'),
    "options.taggingDirective 'REPLACE' needs options.tagging",
  );
  check(has('acl') && is('aclDirective', 'COPY'), "options.acl and options.aclDirective 'COPY' exclude each other");
  check(
    has('objectLockMode') !== has('objectLockRetainUntilDate'),
    'options.objectLockMode and options.objectLockRetainUntilDate need each other',
  );
  check(
    has('ifMatch') && is('overwrite', 'never', 'if-different'),
    "options.ifMatch overwrites one known object, which options.overwrite 'never' and 'if-different' exclude",
  );
  for (const name of ['range', 'partSize']) {
    check(
      has(name) && is('preserveEtag', true),
      `options.preserveEtag copies the source by its own parts, which options.${name} excludes`,
    );
  }
  checkEncryption(has, is, check);
  checkChecksum(has, is, check);
  return problems;
}

type Is = (name: string, ...values: unknown[]) => boolean;
type Check = (isWrong: boolean, problem: string) => void;

function checkEncryption(has: (name: string) => boolean, is: Is, check: Check): void {
  check(
    has('ssekmsKeyId') && !is('serverSideEncryption', 'aws:kms', 'aws:kms:dsse'),
    "options.ssekmsKeyId needs options.serverSideEncryption 'aws:kms' or 'aws:kms:dsse'",
  );
  check(
    is('bucketKeyEnabled', true) && is('serverSideEncryption', 'AES256', 'aws:kms:dsse'),
    "options.bucketKeyEnabled needs options.serverSideEncryption 'aws:kms'",
  );
  check(
    has('sseCustomerKeySecretArn') && (has('serverSideEncryption') || has('bucketKeyEnabled')),
    'options.sseCustomerKeySecretArn excludes options.serverSideEncryption and options.bucketKeyEnabled',
  );
}

function checkChecksum(has: (name: string) => boolean, is: Is, check: Check): void {
  check(has('checksumType') && !has('checksumAlgorithm'), 'options.checksumType needs options.checksumAlgorithm');
  check(
    is('checksumType', 'COMPOSITE') && is('checksumAlgorithm', 'CRC64NVME'),
    'S3 has no COMPOSITE checksum in CRC64NVME; take another options.checksumAlgorithm',
  );
  check(
    is('checksumType', 'FULL_OBJECT') && has('checksumAlgorithm') && !is('checksumAlgorithm', ...COMBINABLE),
    `S3 has FULL_OBJECT checksums of parts in ${COMBINABLE.join(', ')} only; take another options.checksumAlgorithm`,
  );
}
