import { ErrorName, type PlannedCopy, type WorkflowSettings } from '../../../lib/private/protocol';
import { DEFAULT_LIMITS, restrictionProblems, retentionProblem } from '../../../lib/private/protocol/restrictions';
import { CopyError } from '../../shared/errors';
import type { CopyRequest } from './read-input';

/**
 * Checks a request against the limits of the workflow. An event names the version that was created. If executions cannot name versions, the
 * current version is copied instead, because somebody may have written the event by hand.
 *
 * @throws NotAllowed that names every problem
 */
export function restrict(request: CopyRequest, settings: WorkflowSettings): CopyRequest {
  const { versionId, ...object } = request.source;
  const { versions } = { ...DEFAULT_LIMITS, ...settings.limits };
  const source = request.isEvent && !versions ? object : request.source;
  refuseIfAny(
    restrictionProblems({ options: request.own, versionId: request.isEvent ? undefined : versionId }, settings),
  );
  return { ...request, source };
}

/** @throws NotAllowed if the copy would be retained for longer than the workflow allows, even if the date is that of the source */
export function checkRetention(
  { properties, execution }: Pick<PlannedCopy, 'properties' | 'execution'>,
  { limits }: WorkflowSettings,
): void {
  const problem = retentionProblem(properties.objectLock?.retainUntilDate, execution.startTime, limits);
  refuseIfAny(problem === undefined ? [] : [problem]);
}

function refuseIfAny(problems: string[]): void {
  if (problems.length === 0) return;
  throw new CopyError(
    ErrorName.NOT_ALLOWED,
    `${problems.join('; ')}; change the input, or these properties of the MultipartCopyWorkflow`,
  );
}
