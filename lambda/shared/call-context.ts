import type { DestinationObject, SourceAddress } from '../../lib/private/protocol';
import { type Api, permissionsOf, type Side } from '../../lib/private/protocol/permissions';
import { describeObject } from './describe-object';

/** What a call is about. Causes of errors and log entries are made from it. */
export interface CallContext {
  readonly api: Api;
  /** Tells calls of one API apart, such as `of part 7`. */
  readonly detail?: string;
  readonly partNumber?: number;
  /** Bytes that the call copies. */
  readonly bytes?: number;
  readonly source?: SourceAddress;
  readonly destination?: DestinationObject;
  /** ARN of the secret or of the Step Functions execution that the call names. */
  readonly resource?: string;
  /** Version of the object at the destination that the call names. */
  readonly destinationVersionId?: string;
  /** ETag that the object at the destination must have. */
  readonly ifMatch?: string;
  /** Whether the call has a condition on the object at the destination. */
  readonly hasCondition?: boolean;
  /** What remains true if the call fails, such as that the copy exists. */
  readonly effect?: string;
}

/** Such as `UploadPartCopy of part 7`. */
export function describeCall({ api, detail }: CallContext): string {
  return detail === undefined ? api : `${api} ${detail}`;
}

/** The objects (source, destination) on which S3 checks permissions for this call. The context may contain the other one for messages. */
export function endsOf(context: CallContext): Side[] {
  const sides = ['source', 'destination'] as const;
  return sides.filter((side) => context[side] && permissionsOf(side).some(({ apis }) => apis.includes(context.api)));
}

/** The objects of those ends, or the resource, for messages. */
export function describeTargets(context: CallContext): string {
  const objects = endsOf(context).map((side) => describeObject(context[side]!));
  return [...objects, ...(context.resource === undefined ? [] : [context.resource])].join(' or ');
}
