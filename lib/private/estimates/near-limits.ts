import { INLINE_MAP_LIMIT, MAX_OBJECT_SIZE, MAX_PARTS, type PartPlan } from '../protocol';
import { type CopyModel, modelledPartSeconds, modelledSeconds } from './copy-model';
import { concurrentParts, historyEvents, type PlannedTransfer } from './usage';

/** Concurrent executions of all functions of an account in a Region: the default quota. */
export const DEFAULT_LAMBDA_CONCURRENCY = 1000;

/** What new accounts start with, until AWS raises it: 10 to 50. */
const NEW_ACCOUNT_CONCURRENCY = 10;

/** Seconds that a Lambda function may run. */
const LAMBDA_TIMEOUT = 900;

/** Events of one Standard execution. */
const MAX_HISTORY_EVENTS = 25_000;

/** The share of a limit from which it is near. */
const NEAR = 0.5;

/** A limit of AWS, and how much of it a copy uses. */
export interface LimitUse {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
  readonly isNear: boolean;
  /** What happens at the limit, and what to do. */
  readonly note: string;
}

export interface LimitFacts extends PlannedTransfer {
  /** Concurrent Lambda executions that the account has for this copy. */
  readonly lambdaConcurrency?: number;
  readonly model: CopyModel;
}

/** The limits that decide whether a copy is possible and how fast it can be. */
export function limitsOf(facts: LimitFacts): LimitUse[] {
  const { bytes, plan, model } = facts;
  const largestPart = plan ? plan.partSize : bytes;
  return [
    lambdaConcurrency(facts),
    use('seconds of the largest part', modelledPartSeconds(largestPart, model), LAMBDA_TIMEOUT, {
      note: 'A Lambda function runs 15 minutes at most; a part that takes longer is tried again, and fails in the end.',
    }),
    use('parts', plan?.parts ?? 1, MAX_PARTS, { note: 'S3 takes 10,000 parts at most, of 5 GiB at most.' }),
    use('bytes of the object', bytes, MAX_OBJECT_SIZE, { note: 'S3 objects have 48.8 TiB at most.' }),
    use('events in the history', historyEvents(facts), MAX_HISTORY_EVENTS, {
      note: 'Every retry adds 3 events. With all retries that the workflow allows it stays below 25,000.',
    }),
    ...(plan?.mapType === 'INLINE' && plan.maxConcurrency > INLINE_MAP_LIMIT
      ? [use('parts at once', concurrentParts(facts), INLINE_MAP_LIMIT, { note: 'An inline Map runs 40 at once.' })]
      : []),
  ].map((limit) => ({ ...limit, used: Math.round(limit.used) }));
}

function lambdaConcurrency(facts: LimitFacts): LimitUse {
  const { plan, bytes, model, lambdaConcurrency: quota = DEFAULT_LAMBDA_CONCURRENCY } = facts;
  const used = concurrentParts(facts);
  const quotas =
    'All functions of an account share its concurrent executions: 1,000 by default, 10 to 50 in new accounts, where parts wait for each other and retries cost transitions.';
  const slow = plan && used > NEW_ACCOUNT_CONCURRENCY ? withWorkers(plan, NEW_ACCOUNT_CONCURRENCY) : undefined;
  const seconds = slow && Math.round(modelledSeconds(slow, bytes, model));
  return use('concurrent Lambda executions', used, quota, {
    isNear: used > NEW_ACCOUNT_CONCURRENCY || used > quota * NEAR,
    note: `${quotas}${seconds === undefined ? '' : ` With ${NEW_ACCOUNT_CONCURRENCY}, this copy takes about ${seconds.toLocaleString('en-US')} seconds.`} The quota is "Concurrent executions" of AWS Lambda in Service Quotas.`,
  });
}

/** A plan that gets at most this number of workers. */
export function withWorkers(plan: PartPlan, workers: number): PartPlan {
  return { ...plan, maxConcurrency: Math.min(plan.maxConcurrency, workers) };
}

function use(name: string, used: number, limit: number, more: { note: string; isNear?: boolean }): LimitUse {
  return { name, used, limit, isNear: used > limit * NEAR, ...more };
}
