import { bucketArn, directoryBucketArn } from '../base/arns';
import { s3Error } from '../errors/s3-error';
import type { BucketSettings } from '../store/model';
import { isRecord, stringsOf } from './conditions';
import { isOperator } from './operators';
import { scopeOfResource, scopeOfAction } from './resource-types';

const VERSIONS: ReadonlySet<unknown> = new Set([undefined, '2012-10-17', '2008-10-17']);

const MAX_POLICY_BYTES = 20 * 1024;

const POLICY_FIELDS = new Set(['Version', 'Id', 'Statement']);

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

/**
 * Validates a bucket policy as PutBucketPolicy does: its grammar, its actions, and that its resources belong to the bucket.
 * @throws MalformedPolicy
 */
export function checkBucketPolicy(policy: string, bucket: string, settings: BucketSettings): void {
  if (Buffer.byteLength(policy) > MAX_POLICY_BYTES) {
    throw malformed('Policy exceeds the maximum allowed document size.');
  }
  const document = parsePolicy(policy);
  checkFieldNames(document, POLICY_FIELDS);
  if (!VERSIONS.has(document.Version)) throw malformed('The policy must contain a valid version string');
  for (const statement of parseStatements(document)) checkStatement(statement, bucket, settings);
}

function parsePolicy(policy: string): Fields {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    document = undefined;
  }
  if (isRecord(document)) return document;
  throw malformed("Policies must be valid JSON and the first byte must be '{'");
}

function parseStatements(document: Fields): readonly Fields[] {
  const { Statement: statements } = document;
  if (statements === undefined) throw malformed('Missing required field Statement');
  const list: readonly unknown[] = Array.isArray(statements) ? statements : [statements];
  if (list.length === 0) throw malformed('Could not parse the policy: Statement is empty!');
  return list.map((statement) => {
    if (!isRecord(statement)) throw malformed("Policies must be valid JSON and the first byte must be '{'");
    return statement;
  });
}

function checkStatement(statement: Fields, bucket: string, settings: BucketSettings): void {
  checkFieldNames(statement, STATEMENT_FIELDS);
  if (statement.Effect === undefined) throw malformed('Missing required field Effect');
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw malformed(`Invalid effect: ${stringsOf(statement.Effect).join()}`);
  }
  checkPrincipal(statement.Principal ?? statement.NotPrincipal);
  const own = settings.directory
    ? directoryBucketArn(bucket, settings.region, settings.ownerAccountId)
    : bucketArn(bucket, settings.region);
  const resources = eitherOf(statement, 'Resource');
  const actions = eitherOf(statement, 'Action');
  checkActions(actions, settings.directory);
  if (!resources.every((name) => isWithin(name, own))) throw malformed('Policy has invalid resource');
  if (!settings.directory) checkScopes(statement, own);
  checkOperators(statement.Condition);
}

function checkFieldNames(fields: Fields, known: ReadonlySet<string>): void {
  const unknown = Object.keys(fields).find((name) => !known.has(name));
  if (unknown !== undefined) throw malformed(`Unknown field ${unknown}`);
}

function checkActions(actions: readonly string[], directory: boolean): void {
  const known = (name: string): boolean =>
    directory ? /^(\*|s3express:.+)$/i.test(name) : /^\*$|^s3:/.test(name) && scopeOfAction(name) !== undefined;
  if (!actions.every(known)) throw malformed('Policy has invalid action');
}

/** Each action must apply to a resource of its statement. NotAction and NotResource are not checked. */
function checkScopes(statement: Fields, arn: string): void {
  if (statement.Action === undefined || statement.Resource === undefined) return;
  const scopes = stringsOf(statement.Resource).map((resource) => scopeOfResource(resource, arn));
  const applies = stringsOf(statement.Action).every((action) => {
    const scope = scopeOfAction(action);
    return scopes.some(({ objects, buckets }) => (objects && scope?.objects) || (buckets && scope?.buckets));
  });
  if (!applies) throw malformed('Action does not apply to any resource(s) in statement');
}

function checkOperators(conditions: unknown): void {
  if (conditions === undefined) return;
  const unknown = isRecord(conditions) ? Object.keys(conditions).find((name) => !isOperator(name)) : '';
  if (unknown !== undefined) throw malformed(`Invalid Condition type : ${unknown}`);
}

/** The values of a field or of its negated form (`NotAction`), one of which is required. */
function eitherOf(statement: Fields, name: string): readonly string[] {
  const [, given] = Object.entries(statement).find(([field]) => field === name || field === `Not${name}`) ?? [];
  const values = stringsOf(given);
  if (values.length === 0) throw malformed(`Missing required field ${name}`);
  return values;
}

/** Whether a resource is the bucket or an object in it. */
function isWithin(resource: string, arn: string): boolean {
  return resource.startsWith(arn) && ['', '/', '*'].includes(resource.charAt(arn.length));
}

const AWS_PRINCIPAL = /^(\*|\d{12}|arn:aws[a-z-]*:(iam|sts)::(\d{12}|cloudfront):.+|A[A-Z0-9]{15,})$/;

function checkPrincipal(principal: unknown): void {
  if (principal === undefined) throw malformed('Missing required field Principal');
  if (principal === '*') return;
  const kinds = isRecord(principal) ? Object.entries(principal) : [];
  const valid = kinds.every(
    ([kind, names]) =>
      ['AWS', 'Service', 'Federated', 'CanonicalUser'].includes(kind) &&
      stringsOf(names).length > 0 &&
      (kind !== 'AWS' || stringsOf(names).every((name) => AWS_PRINCIPAL.test(name))),
  );
  if (kinds.length === 0 || !valid) throw malformed('Invalid principal in policy');
}

function malformed(detail: string): Error {
  return s3Error('MalformedPolicy', {}, { detail });
}
