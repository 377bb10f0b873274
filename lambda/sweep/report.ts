import { log } from '../shared/logs/invocation';

/** The outcome of a sweep: IDs of uploads. */
export interface SweepReport {
  /** They no longer exist. */
  readonly aborted: readonly string[];
  /** Of executions with `onFailure: KEEP`. */
  readonly kept: readonly string[];
  /** Of executions that run. */
  readonly inUse: readonly string[];
  /** Why uploads could not be removed or listed. */
  readonly problems: readonly string[];
}

export const NOTHING: SweepReport = { aborted: [], kept: [], inUse: [], problems: [] };

export function join(...reports: readonly SweepReport[]): SweepReport {
  const all = (field: keyof SweepReport) => [...new Set(reports.flatMap((report) => report[field]))];
  return { aborted: all('aborted'), kept: all('kept'), inUse: all('inUse'), problems: all('problems') };
}

/** Writes a line about a sweep. */
export function logReport({ aborted, kept, inUse, problems }: SweepReport): void {
  const values = { uploadsSwept: aborted.length, uploadsKept: kept.length, uploadsNotSwept: problems.length };
  const level = problems.length === 0 ? 'INFO' : 'ERROR';
  log(level, 'uploads were looked over', { uploads: { aborted, kept, inUse }, problems }, { values });
}
