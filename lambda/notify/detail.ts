import type { CopyResult } from '../../lib/private/protocol';
import { causeText } from '../../lib/private/protocol/cause';
import { stepFunctionsConsole } from '../../lib/private/protocol/console';
import { type CopyEventDetail, DETAIL_TYPES, MAX_CAUSE } from '../../lib/private/protocol/notifications';
import type { Ended } from './event';
import { type KnownObjects, pickObject } from './known-objects';
import { toMessage } from './message';

/** An execution that has ended, as Step Functions describes it. */
export interface EndedExecution extends Ended, KnownObjects {
  readonly name: string;
  readonly stateMachineArn: string;
  readonly startDate: Date;
  /** Of an execution that succeeded: JSON. */
  readonly output?: string;
}

type Body = Omit<CopyEventDetail, 'message'>;

/** @returns undefined for a dry run, which sends no event */
export function toDetail(execution: EndedExecution): CopyEventDetail | undefined {
  const body = execution.status === 'SUCCEEDED' ? succeeded(execution) : notSucceeded(execution);
  return body && { ...body, message: toMessage(body) };
}

export function detailTypeOf({ status }: CopyEventDetail): string {
  if (status === 'COPIED') return DETAIL_TYPES.SUCCEEDED;
  return status === 'SKIPPED' ? DETAIL_TYPES.SKIPPED : DETAIL_TYPES.FAILED;
}

function succeeded(execution: EndedExecution): Body | undefined {
  const result = JSON.parse(execution.output ?? '{}') as CopyResult;
  const { status, reason, parts, reusedParts, partSize, integrity, checksums } = result;
  if (status === 'PLANNED') return undefined;
  const about = {
    ...common(execution),
    source: pickObject(result.source),
    destination: pickObject(result.destination),
  };
  if (status === 'SKIPPED') return { ...about, status, reason, integrity };
  return { ...about, status, parts, reusedParts, partSize, integrity, checksums };
}

function notSucceeded({ status, error, cause, ...execution }: EndedExecution): Body {
  const { source, destination } = execution;
  return {
    ...common(execution),
    status: status as Exclude<typeof status, 'SUCCEEDED'>,
    ...(source && { source }),
    ...(destination && { destination }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause: shorten(causeText(cause)) }),
  };
}

function common(execution: Omit<EndedExecution, 'status'>) {
  const { executionArn: arn, name, stateMachineArn, startDate, stopDate, redriveCount } = execution;
  const [, partition = '', , region = ''] = arn.split(':');
  return {
    version: '1' as const,
    execution: {
      arn,
      name,
      stateMachineArn,
      startDate: startDate.toISOString(),
      stopDate: stopDate.toISOString(),
      redriveCount,
      console: stepFunctionsConsole(partition, region, `/v2/executions/details/${arn}`),
    },
    durationSeconds: (stopDate.getTime() - startDate.getTime()) / 1000,
  };
}

/** The whole cause is in the execution. */
function shorten(cause: string): string {
  if (cause.length <= MAX_CAUSE) return cause;
  // Not between the halves of a surrogate pair.
  return `${cause.slice(0, MAX_CAUSE - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
