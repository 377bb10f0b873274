import type { PlannedResult } from '../../lib/private/estimates/estimate';
import type { CopyState, Integrity, NothingToCopy } from '../../lib/private/protocol';
import { listUploadsCommand } from '../shared/aws-cli';
import { compare, expectedOf, storedChecksum } from '../shared/integrity';
import { toResult } from '../shared/result';
import { estimate } from './estimate';
import type { PlanFindings } from './findings';
import { partNumbers, settleSeconds } from './parts/part-plan';

/** The output of Plan. */
export function decideAction(findings: PlanFindings): CopyState {
  const { copy, options, strategy, restore, resumed } = findings;
  const equal = provenEqual(findings);
  if (equal) return skipped(findings, equal);
  if (options.dryRun) return planned(findings);
  if (restore) return { ...restore, source: copy.source, execution: copy.execution };
  if (!strategy.plan) return { ...copy, action: 'COPY_OBJECT' };
  return {
    ...copy,
    action: 'COPY_PARTS',
    plan: strategy.plan,
    partNumbers: partNumbers(strategy.plan),
    onFailure: options.onFailure ?? 'ABORT',
    listUploadsCommand: listUploadsCommand(copy.destination),
    settleSeconds: settleSeconds(strategy.plan),
    ...resumed,
  };
}

/** With overwrite `if-different`: what proves that the object at the destination already equals the source. */
function provenEqual({ copy, options, head, existing, strategy }: PlanFindings): Integrity | undefined {
  if (options.overwrite !== 'if-different' || !existing) return undefined;
  const comparison = compare(expectedOf(copy.source, storedChecksum(head), strategy.plan?.length), existing);
  // Two objects of the same size can still differ.
  if ('difference' in comparison || comparison.integrity.verifiedBy === 'size') return undefined;
  return comparison.integrity;
}

function skipped({ copy, existing, strategy }: PlanFindings, integrity: Integrity): NothingToCopy {
  const what = integrity.verifiedBy === 'etag' ? 'ETag' : integrity.algorithm;
  const reason = `the destination exists and has the source's size and ${what}`;
  const result = toResult({ status: 'SKIPPED', reason, integrity }, copy, strategy.plan, existing!);
  return { action: 'NOTHING', result };
}

function planned(findings: PlanFindings): NothingToCopy {
  const { copy, options, strategy, resumed } = findings;
  const reason = options.restore
    ? 'options.dryRun is true; an archived source would be restored first'
    : 'options.dryRun is true';
  const outcome = { status: 'PLANNED', reason, integrity: strategy.integrity } as const;
  const result: PlannedResult = {
    ...toResult(outcome, { ...copy, ...resumed }, strategy.plan, {}),
    ...estimate(findings),
  };
  return { action: 'NOTHING', result };
}
