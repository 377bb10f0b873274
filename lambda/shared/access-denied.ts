import { bucketKindOf } from '../../lib/private/protocol/bucket-kinds';
import {
  type ApiPermission,
  type Condition,
  permissionsOf,
  type ResourceKind,
  SECRET_PERMISSIONS,
  type Side,
} from '../../lib/private/protocol/permissions';
import { type CallContext, endsOf } from './call-context';
import { describeObject } from './describe-object';

/**
 * `… is not authorized to perform: s3:PutObject on resource: "arn:…" because no identity-based policy allows …`. KMS also says
 * `on this resource because the resource does not exist in this Region, …`.
 */
const DENIAL =
  /not authorized to perform: (\S+)(?: on (?:resource: "?([^\s"]+)"?|this resource))?(?: (?:because|with) (.+?))?\.?$/s;

/** The action that was denied, if S3 names it. */
export function deniedAction(message: string): string | undefined {
  return DENIAL.exec(message)?.[1];
}

/** The action that was denied and the policy that has to allow it, as far as the answer of S3 names them. */
export function explainDenial(message: string, context: CallContext): string {
  const [, action, resource, reason = ''] = DENIAL.exec(message) ?? [];
  if (action !== undefined) {
    const target = resource === undefined ? '' : ` on ${resource}`;
    const owners =
      /identity-based policy allows/.test(reason) && !action.startsWith('kms:') ? ownerCauses(context) : [];
    const also = owners.map((cause) => `, or ${cause}`).join('');
    return `the copy role is not allowed to perform ${action}${target}: ${policyToCheck(action, reason)}${also}`;
  }
  const causes = otherCausesOf403(context);
  return [
    'the copy role is not allowed to make this call',
    `It needs ${neededPermissions(context).join('; ')}`,
    "Check the role's policy, the bucket policy, and the policies of other accounts that own a bucket or key",
    ...(causes.length > 0 ? [`S3 also answers this way if ${causes.join(', or if ')}`] : []),
  ].join('. ');
}

function policyToCheck(action: string, reason: string): string {
  const isKey = action.startsWith('kms:');
  if (/blocked upload requests that specify Server Side Encryption with Customer/.test(reason)) {
    return 'the bucket blocks customer-provided keys (SSE-C), which new buckets do by default; its owner can allow them (BlockedEncryptionTypes of the default encryption)';
  }
  if (/explicit deny/.test(reason)) {
    if (/resource-based/.test(reason)) return `the ${isKey ? 'key' : 'bucket'} policy denies it`;
    if (/service control policy/.test(reason)) return 'a service control policy of the organization denies it';
    if (/permissions boundary/.test(reason)) return 'the permissions boundary of the role denies it';
    return 'the policy of the role denies it';
  }
  if (/resource-based policy allows/.test(reason)) {
    return isKey
      ? 'the key policy does not allow it; the account that owns the key must allow the copy role'
      : 'the bucket policy does not allow it; the account that owns the bucket must allow the copy role';
  }
  if (/permissions boundary allows/.test(reason)) return 'the permissions boundary of the role does not allow it';
  if (/identity-based policy allows/.test(reason)) {
    return isKey
      ? 'the policy of the role does not allow it; pass the key as encryptionKey of the location'
      : 'the policy of the role does not allow it; declare the location, and the properties that are copied, on the MultipartCopyWorkflow';
  }
  return isKey
    ? 'check the key policy, and pass the key as encryptionKey of the location'
    : "check the role's policy and the bucket policy";
}

const CONDITIONS: Record<Condition, string> = {
  tags: 'tags',
  acl: 'ACLs',
  objectLock: 'Object Lock',
  annotations: 'annotations',
  restore: 'restores',
  bucketOwnerFullControl: 'the ACL bucket-owner-full-control',
  customerKeys: 'customer-provided keys',
  directoryBucket: 'directory buckets',
};

/** The actions that the call needs on each resource, for answers that name no action, such as those to HEAD, which have no body. */
function neededPermissions(context: CallContext): string[] {
  const ends = endsOf(context).flatMap((side) => {
    const object = context[side]!;
    const versionId = side === 'source' ? context.source!.versionId : context.destinationVersionId;
    const { policyResources } = bucketKindOf(object.bucket);
    const kinds = [...policyResources, 'key'] as const;
    const isDirectory = policyResources.includes('directory bucket');
    const table = permissionsOf(side).filter(({ onlyWith }) => onlyWith !== 'directoryBucket' || isDirectory);
    return kinds.flatMap((kind) =>
      needed(table, kind, context, resourceName(kind, describeObject(object)), versionId !== undefined),
    );
  });
  const others = (['secret', 'secret key'] as const).flatMap((kind) =>
    needed(SECRET_PERMISSIONS, kind, context, resourceName(kind, context.resource ?? 'the secret'), false),
  );
  return [...ends, ...others];
}

function resourceName(kind: ResourceKind, name: string): string {
  if (kind === 'key' || kind === 'secret key') return `the KMS key of ${name}, if it has one`;
  if (kind === 'bucket' || kind === 'whole bucket' || kind === 'directory bucket') return `the bucket of ${name}`;
  return name;
}

/** What a call needs on one resource; nothing if it needs nothing there. */
function needed(
  table: readonly ApiPermission[],
  kind: ResourceKind,
  { api }: CallContext,
  resource: string,
  namesVersion: boolean,
): string[] {
  const rows = table.filter(
    ({ on, apis, answeredWithout = [] }) => on === kind && apis.includes(api) && !answeredWithout.includes(api),
  );
  if (rows.length === 0) return [];
  const hasUnconditional = rows.some(({ onlyWith }) => onlyWith === undefined);
  const byActions = new Map<string, string>();
  for (const { actions, ofVersion, onlyWith, on, why } of rows) {
    const names = ((namesVersion ? ofVersion : undefined) ?? actions).join(', ');
    const condition = onlyWith !== undefined && hasUnconditional ? ` (for ${CONDITIONS[onlyWith]})` : '';
    if (!byActions.has(names)) byActions.set(names, on === 'bucket' ? ` (${why})` : condition);
  }
  return [`on ${resource}: ${[...byActions].map((entry) => entry.join('')).join(', ')}`];
}

/** The statements of the role, and every request, name the declared owner of the bucket. */
function ownerCauses(context: CallContext): string[] {
  return endsOf(context).flatMap((side) => {
    const { owner } = context[side]!;
    return owner === undefined
      ? []
      : [`the bucket of the ${side} does not belong to account ${owner}, its declared owner`];
  });
}

/** Parameters of the call about the buckets and keys. If they are wrong, S3 also answers 403. */
function otherCausesOf403(context: CallContext): string[] {
  const buckets = endsOf(context).map((side: Side) => [side, context[side]!] as const);
  const { source, destination } = Object.fromEntries(buckets) as Pick<CallContext, Side>;
  const ownerPays = buckets.some(([, { requestPayer }]) => requestPayer === undefined);
  return [
    ...ownerCauses(context),
    ...(ownerPays ? ["a bucket is a Requester Pays bucket and options.requestPayer is not 'requester'"] : []),
    ...(source?.customerKey === undefined
      ? []
      : [`secret ${source.customerKey} holds another key than that of the source`]),
    ...(destination?.customerKey === undefined
      ? []
      : ['the bucket of the destination blocks customer-provided keys (SSE-C), which new buckets do by default']),
  ];
}
