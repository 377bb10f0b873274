import { modelledPartSeconds } from '../../../lib/private/estimates/copy-model';
import { costOf, type CopyUsage } from '../../../lib/private/estimates/cost';
import { CHILD_START_TRANSITIONS, EXPRESS_MEMORY_GB } from '../../../lib/private/estimates/usage';
import type { Step } from '../../../lib/private/protocol';
import { WORKER_MEMORY } from '../../../lib/private/protocol/memory';
import type { LocalRun } from '../execution-data';
import { isThrottling, type Visit } from './history';
import type { Attempt, CopySummary, Parts, ReportedCost } from './report';

/** The worker that each Task state invokes, by the name of the state in the definition. */
export const STEP_OF_STATE: Readonly<Record<string, Step>> = {
  Plan: 'plan',
  RestoreObject: 'restore',
  Begin: 'begin',
  CopyPart: 'copy-part',
  CopyPartInChild: 'copy-part',
  CopyPartInExpressChild: 'copy-part',
  CheckParts: 'check-parts',
  Complete: 'complete',
  Verify: 'verify',
  Abort: 'abort',
  AbortLateParts: 'abort',
  CopyObject: 'copy-object',
};

/** States that call Step Functions. These calls cost only their state transitions. */
export const STATES_WITHOUT_WORKER = ['ListMapRuns', 'ListFailedChildren', 'DescribeChild'];

/** An invocation of a function. */
interface Invocation {
  readonly step: Step | undefined;
  readonly seconds: number;
}

export interface UsageFacts {
  /** Visits of the execution itself, including iterations of an inline Map. */
  readonly visits: readonly Visit[];
  readonly parts: Parts | undefined;
  readonly copy: CopySummary | undefined;
  readonly durationMs: number;
  readonly local: LocalRun | undefined;
}

/** The usage of the execution according to its history, and its cost at list prices. */
export function readCost(facts: UsageFacts): ReportedCost {
  const { visits, parts, copy, local } = facts;
  const own = visits.flatMap(({ state, attempts }) => attempts.map((attempt) => ({ state, attempt })));
  const invocations: Invocation[] = own
    .filter(({ state, attempt }) => wasInvoked(attempt) && !STATES_WITHOUT_WORKER.includes(state))
    .map(({ state, attempt }) => ({
      step: Object.hasOwn(STEP_OF_STATE, state) ? STEP_OF_STATE[state] : undefined,
      seconds: secondsOf(attempt, facts.durationMs),
    }));
  const children = parts?.kind === 'DISTRIBUTED' ? childUsage(parts, facts.durationMs) : NO_CHILDREN;
  const timed = [...invocations, ...children.invocations];
  const all = local === undefined ? timed : timed.map((invocation) => onAws(invocation, local, copy));
  const retries = visits.reduce((sum, { attempts }) => sum + Math.max(0, attempts.length - 1), 0);
  const usage: CopyUsage = {
    s3Requests: local?.requests ?? (copy === undefined ? {} : derivedRequests(all, copy)),
    storageClass: copy?.storageClass ?? 'STANDARD',
    stateTransitions: visits.length + retries + children.transitions,
    ...expressUsage(parts, children.invocations, all),
    lambdaRequests: all.length,
    lambdaGBSeconds: all.reduce((sum, { step, seconds }) => sum + (memoryOf(step) / 1024) * seconds, 0),
    architecture: 'arm64',
    ...transfer(copy),
  };
  return {
    ...costOf(usage),
    usage,
    requests: local ? 'MEASURED' : copy ? 'DERIVED' : 'UNKNOWN',
    assumptions: assumptions(facts, usage),
  };
}

interface ChildUsage {
  readonly transitions: number;
  readonly invocations: readonly Invocation[];
}

const NO_CHILDREN: ChildUsage = { transitions: 0, invocations: [] };

/** A child whose history was not read counts as one attempt that took as long as the child. */
function childUsage({ items, childType }: Parts, durationMs: number): ChildUsage {
  const step = 'copy-part';
  const invocations = items.flatMap(({ attempts, startMs, stopMs }): Invocation[] =>
    (attempts ?? [{ startMs, ...(stopMs !== undefined && { stopMs }), outcome: 'SUCCEEDED' as const }])
      .filter(wasInvoked)
      .map((attempt) => ({ step, seconds: secondsOf(attempt, durationMs) })),
  );
  const tries =
    childType === 'EXPRESS' ? 0 : items.reduce((sum, { attempts }) => sum + Math.max(1, attempts?.length ?? 1), 0);
  return { transitions: tries + items.length * CHILD_START_TRANSITIONS, invocations };
}

/** The usage of Express children. Their invocations are the last ones of `all`; each child takes as long as its only known attempt. */
function expressUsage(
  parts: Parts | undefined,
  { length }: readonly Invocation[],
  all: readonly Invocation[],
): Pick<CopyUsage, 'expressRequests' | 'expressGBSeconds'> {
  if (parts?.childType !== 'EXPRESS') return {};
  const seconds = all.slice(all.length - length).reduce((sum, invocation) => sum + invocation.seconds, 0);
  return { expressRequests: parts.items.length, expressGBSeconds: EXPRESS_MEMORY_GB * seconds };
}

function secondsOf({ startMs, stopMs }: Pick<Attempt, 'startMs' | 'stopMs'>, durationMs: number): number {
  return ((stopMs ?? durationMs) - startMs) / 1000;
}

/** Converts an invocation of a local run to AWS. A local run copies no bytes and may have a fast clock, so a part takes the time of the model. */
function onAws({ step, seconds }: Invocation, { timeScale }: LocalRun, copy: CopySummary | undefined): Invocation {
  const { plan, bytes } = copy ?? {};
  const partBytes = plan ? plan.length / plan.parts : bytes;
  const copies = step === 'copy-part' || step === 'copy-object';
  if (!copies || partBytes === undefined) return { step, seconds: seconds / timeScale };
  return { step, seconds: modelledPartSeconds(partBytes) };
}

/** Whether Lambda ran the function. Lambda does not charge for invocations that it refuses. */
function wasInvoked({ error }: Attempt): boolean {
  return error === undefined || !error.startsWith('Lambda.') || !isThrottling(error);
}

function memoryOf(step: Step | undefined): number {
  return WORKER_MEMORY[step ?? 'copy-part'];
}

/** Requests that each worker makes without retries. Retries inside a worker are not in the history. */
function derivedRequests(invocations: readonly Invocation[], { plan }: CopySummary): Record<string, number> {
  const calls = (step: Step): number => invocations.filter((invocation) => invocation.step === step).length;
  const pages = Math.max(1, Math.ceil((plan?.parts ?? 1) / 1000));
  const copiesRanges = plan?.boundaries === 'SOURCE' ? calls('copy-part') : 0;
  const requests = {
    HeadObject: calls('plan') + copiesRanges + calls('verify'),
    CopyObject: calls('copy-object'),
    RestoreObject: calls('restore'),
    CreateMultipartUpload: calls('begin'),
    UploadPartCopy: calls('copy-part'),
    ListParts: (calls('check-parts') + calls('complete')) * pages + calls('abort'),
    CompleteMultipartUpload: calls('complete'),
    AbortMultipartUpload: calls('abort'),
  };
  return Object.fromEntries(Object.entries(requests).filter(([, count]) => count > 0));
}

function transfer(copy: CopySummary | undefined): Pick<CopyUsage, 'transferredBytes'> {
  const { source, destination, bytes = 0 } = copy ?? {};
  const crosses =
    source?.region !== undefined && destination?.region !== undefined && source.region !== destination.region;
  return crosses ? { transferredBytes: bytes } : {};
}

function assumptions({ copy, parts, local }: UsageFacts, usage: CopyUsage): string[] {
  const isExpress = parts?.childType === 'EXPRESS';
  const unread = parts?.kind === 'DISTRIBUTED' && !isExpress ? parts.items.length - parts.known : 0;
  const said: (string | false | undefined)[] = [
    local &&
      'This run was local and cost nothing: the table shows what the same usage costs on AWS. A part has the duration of the model of part copies, and another invocation the duration that it had here.',
    !local &&
      copy &&
      'S3 requests are derived from the states that ran; retries inside a worker are not in the history.',
    unread > 0 &&
      `Retries of ${unread.toLocaleString('en-US')} parts were not read; each part counts as one try that took as long as its execution.`,
    isExpress &&
      'Express executions have no history: each counts as one try that took as long as the execution, with 64 MB. The usage of Standard executions that copied parts which were left is not included.',
    'Lambda: memory and architecture (arm64) are the defaults of the construct.',
    !local && 'Lambda time is the time between events of the history, which is slightly more than the billed duration.',
    'State transitions: states entered, retries, and one for the start of each child execution (AWS does not document the latter).',
    'Not included: KMS requests, retrieval from Infrequent Access and Glacier classes, storage, logs, X-Ray.',
    usage.transferredBytes !== undefined &&
      'Transfer between Regions has the price of a transfer between Regions of the United States.',
  ];
  return said.filter((text): text is string => typeof text === 'string');
}
