import { s3Error } from '../errors';
import type { BucketSettings } from '../store/model';
import { textsOf } from './conditions';

const VERSIONS: ReadonlySet<unknown> = new Set([undefined, '2012-10-17', '2008-10-17']);

const STATEMENT_FIELDS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

type Fields = Readonly<Record<string, unknown>>;

/** Checks what S3 checks of a bucket policy before it keeps it: its form, and that it is about this bucket. */
export function checkBucketPolicy(policy: string, bucket: string, settings: BucketSettings): void {
  const document = parse(policy);
  if (!VERSIONS.has(document.Version)) throw malformed('The policy must contain a valid version string');
  for (const statement of statementsOf(document)) checkStatement(statement, bucket, settings);
}

function parse(policy: string): Fields {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    document = undefined;
  }
  if (isFields(document)) return document;
  throw malformed("Policies must be valid JSON and the first byte must be '{'");
}

function statementsOf(document: Fields): readonly Fields[] {
  const { Statement: statements } = document;
  if (statements === undefined) throw malformed('Missing required field Statement');
  const list: readonly unknown[] = Array.isArray(statements) ? statements : [statements];
  if (list.length === 0) throw malformed('Could not parse the policy: Statement is empty!');
  return list.map((statement) => {
    if (!isFields(statement)) throw malformed("Policies must be valid JSON and the first byte must be '{'");
    return statement;
  });
}

function checkStatement(statement: Fields, bucket: string, settings: BucketSettings): void {
  const unknown = Object.keys(statement).find((name) => !STATEMENT_FIELDS.has(name));
  if (unknown !== undefined) throw malformed(`Unknown field ${unknown}`);
  if (statement.Effect === undefined) throw malformed('Missing required field Effect');
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw malformed(`Invalid effect: ${textsOf(statement.Effect).join()}`);
  }
  checkPrincipal(statement.Principal ?? statement.NotPrincipal);
  const actions = eitherOf(statement, 'Action');
  const action = settings.directory ? /^(\*|s3express:.+)$/i : /^(\*|s3:.+)$/i;
  if (!actions.every((name) => action.test(name))) throw malformed('Policy has invalid action');
  const resources = eitherOf(statement, 'Resource');
  const own = settings.directory
    ? `arn:aws:s3express:${settings.region}:${settings.ownerAccountId}:bucket/${bucket}`
    : `arn:aws:s3:::${bucket}`;
  if (!resources.every((name) => isWithin(name, own))) throw malformed('Policy has invalid resource');
}

/** The values of a field or of its `Not` form, of which there must be one. */
function eitherOf(statement: Fields, name: string): readonly string[] {
  const values = textsOf(statement[name] ?? statement[`Not${name}`]);
  if (values.length === 0) throw malformed(`Missing required field ${name}`);
  return values;
}

/** The bucket itself, or something below it. */
function isWithin(resource: string, bucketArn: string): boolean {
  return resource.startsWith(bucketArn) && ['', '/', '*'].includes(resource.charAt(bucketArn.length));
}

const AWS_PRINCIPAL = /^(\*|\d{12}|arn:aws[a-z-]*:(iam|sts)::(\d{12}|cloudfront):.+|A[A-Z0-9]{15,})$/;

function checkPrincipal(principal: unknown): void {
  if (principal === undefined) throw malformed('Missing required field Principal');
  if (principal === '*') return;
  const kinds = isFields(principal) ? Object.entries(principal) : [];
  const valid = kinds.every(
    ([kind, names]) =>
      ['AWS', 'Service', 'Federated', 'CanonicalUser'].includes(kind) &&
      textsOf(names).length > 0 &&
      (kind !== 'AWS' || textsOf(names).every((name) => AWS_PRINCIPAL.test(name))),
  );
  if (kinds.length === 0 || !valid) throw malformed('Invalid principal in policy');
}

/**
 * Whether a policy grants something to everybody, in the sense of Block Public Access: to any principal, without a condition that
 * ties the request to fixed accounts, networks or resources.
 */
export function isPublicPolicy(policy: string): boolean {
  return statementsOf(parse(policy)).some(
    (statement) =>
      statement.Effect === 'Allow' &&
      ('NotPrincipal' in statement || isEverybody(statement.Principal)) &&
      !isNarrowed(statement.Condition),
  );
}

function isEverybody(principal: unknown): boolean {
  return principal === '*' || (isFields(principal) && textsOf(principal.AWS).includes('*'));
}

/** The keys that Amazon's definition of "public" names; `aws:SourceIp` counts when its range is no wider than /8. */
const NARROWING_KEYS = new Set([
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:userid',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
]);

const NARROWING_OPERATORS = /^(?:ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/;

function isNarrowed(conditions: unknown): boolean {
  if (!isFields(conditions)) return false;
  return Object.entries(conditions).some(([operator, keys]) => {
    if (!isFields(keys)) return false;
    return Object.entries(keys).some(([key, value]) => {
      const name = key.toLowerCase();
      const values = textsOf(value);
      if (name === 'aws:sourceip' && operator === 'IpAddress') return values.length > 0 && values.every(isNarrowRange);
      const fixed = values.length > 0 && values.every((text) => !text.includes('*') && !text.includes('?'));
      return NARROWING_KEYS.has(name) && NARROWING_OPERATORS.test(operator) && fixed;
    });
  });
}

function isNarrowRange(range: string): boolean {
  const [, bits] = range.split('/');
  return bits === undefined || Number(bits) >= 8;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(detail: string): Error {
  return s3Error('MalformedPolicy', {}, { detail });
}
