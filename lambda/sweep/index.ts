import { SFNClient } from '@aws-sdk/client-sfn';
import { decodeLocations, ENV_LOCATIONS } from '../../lib/private/protocol';
import { ENV_SWEEPER, type SweeperSettings } from '../../lib/private/protocol/sweeper';
import { DEFAULT_CALLER } from '../shared/calls/ask';
import { createS3 } from '../shared/calls/s3';
import { logged } from '../shared/logs/invocation';
import { readVariable } from '../shared/variable';
import { sweepDestinations } from './calls/sweep-destinations';
import { sweepExecution } from './calls/sweep-execution';
import { executionOf, tracedArn } from './event';
import { logReport, type SweepReport } from './report';

const s3 = createS3(30_000);
// `ask` makes further attempts.
const client = new SFNClient({ maxAttempts: 1 });

/** Time for the last upload and the report. */
const RESERVE_MS = 3 * 60_000;

/**
 * Removes uploads that executions left behind: those of the execution of an event, or those in all destinations.
 *
 * @throws if an upload may be left, so that Lambda retries the invocation
 */
export const handler = logged(
  'sweep',
  async (event: unknown, context): Promise<SweepReport> => {
    const settings = readSettings();
    const { destinations } = decodeLocations(readVariable(ENV_LOCATIONS));
    const sfn = { ...DEFAULT_CALLER, client };
    const deadline = s3.time.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
    const sweeper = { ...settings, s3, sfn, destinations, deadline };
    const ended = executionOf(event, settings.stateMachineArn);
    const report = ended ? await sweepExecution(sweeper, ended) : await sweepDestinations(sweeper);
    logReport(report);
    if (report.problems.length > 0) throw new Error(report.problems.join('; '));
    return report;
  },
  (event) => ({ arn: tracedArn(event, readSettings().stateMachineArn) }),
);

function readSettings(): SweeperSettings {
  return JSON.parse(readVariable(ENV_SWEEPER)) as SweeperSettings;
}
