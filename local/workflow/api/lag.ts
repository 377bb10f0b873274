import { type ExecutionRecord, type MapRunRecord } from '../engine/records';

/**
 * Executions and Map Runs as an eventually consistent read returns them. ListExecutions, ListMapRuns and
 * DescribeExecution are eventually consistent (API reference of each).
 *
 * @param time milliseconds since 1970; later changes are not visible
 */
export function executionAt(record: ExecutionRecord, time: number): ExecutionRecord {
  const past = record.past.find(({ until }) => until > time);
  if (past === undefined) return record;
  const { executionArn, name, stateMachineArn, type, mapRunArn, startDate, input, eventCount, history } = record;
  const unchanged = { executionArn, name, stateMachineArn, type, startDate, input, eventCount, history };
  return { ...unchanged, ...past, past: record.past, ...(mapRunArn !== undefined && { mapRunArn }) };
}

export function mapRunAt(record: MapRunRecord, time: number): MapRunRecord {
  const { stopDate, ...rest } = record;
  return stopDate === undefined || stopDate.getTime() <= time ? record : { ...rest, status: 'RUNNING' };
}

export function isSeen({ startDate }: ExecutionRecord | MapRunRecord, time: number): boolean {
  return startDate.getTime() <= time;
}
