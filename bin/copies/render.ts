import type { CopyEstimate } from '../../lib/private/estimates/estimate';
import type { CopyResult } from '../../lib/private/protocol';
import { renderPlan } from '../plan/render-plan';
import { formatBytes, formatCount, formatDuration, formatRate, formatTime, plural, visible } from '../report/format';
import type { CopyEnd } from '../report/model/report';
import type { CopyProgress } from './copy-progress';
import { errorText, failureLine } from './outcome';

/**
 * The data of an execution, as a table.
 *
 * @param includesError false if the caller prints the error itself
 */
export function renderCopy(progress: CopyProgress, now: number, includesError = true): string {
  const { executionArn, status, state, source, destination, result, retries } = progress;
  const rows: [string, string | undefined][] = [
    ['execution', executionArn],
    ['status', result ? `${status}: ${result.status}` : status],
    ['state', status === 'RUNNING' ? state : undefined],
    ['source', source && uriOf(source)],
    ['destination', destination && uriOf(destination)],
    ['started', formatTime(progress.startedAt)],
    ['took', formatDuration((progress.stoppedAt ?? now) - progress.startedAt)],
    ['parts', partsText(progress)],
    ['bytes', bytesText(progress)],
    ['retries', retries > 0 ? formatCount(retries) : undefined],
    [result?.status === 'PLANNED' ? 'planned proof' : 'proof', result && proofText(result)],
    ['why', result?.reason === '' ? undefined : result?.reason],
    ['error', includesError && hasFailed(progress) ? failureLine(progress) : undefined],
  ];
  const known = rows.filter((row): row is [string, string] => row[1] !== undefined);
  const width = Math.max(...known.map(([name]) => name.length));
  const table = `${known.map(([name, value]) => `${name.padEnd(width)}  ${visible(value)}`).join('\n')}\n`;
  return isEstimate(result) ? `${table}\n${renderPlan(result)}` : table;
}

function proofText({ integrity: { verifiedBy, algorithm, checksum } }: CopyResult): string {
  return [verifiedBy, algorithm, checksum].filter(Boolean).join(' ');
}

/** The result of a dry run includes an estimate. */
function isEstimate(result: object | undefined): result is CopyEstimate {
  return result !== undefined && 'costUSD' in result;
}

export function hasFailed({ status }: Pick<CopyProgress, 'status'>): boolean {
  return status === 'FAILED' || status === 'ABORTED' || status === 'TIMED_OUT';
}

/** A line for each execution, the newest first. */
export function renderList(copies: readonly CopyProgress[], now: number): string {
  if (copies.length === 0) return 'No executions.\n';
  const rows = copies.map((copy) => [
    copy.result?.status ?? copy.status,
    `${new Date(copy.startedAt).toISOString().slice(0, 19)}Z`,
    formatDuration((copy.stoppedAt ?? now) - copy.startedAt),
    copy.name,
    [copy.source && uriOf(copy.source), copy.destination && uriOf(copy.destination)].filter(Boolean).join(' -> '),
    hasFailed(copy) ? errorText(copy) : copy.status === 'RUNNING' ? runningText(copy) : '',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => row.map((cell, column) => visible(cell).padEnd(widths[column] ?? 0)).join('  '));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function runningText(copy: CopyProgress): string {
  return [copy.state, partsText(copy), bytesText(copy)].filter(Boolean).join(', ');
}

export function uriOf({ bucket, key }: Pick<CopyEnd, 'bucket' | 'key'>): string {
  return bucket.startsWith('arn:') ? `${bucket}/object/${key}` : `s3://${bucket}/${key}`;
}

function partsText({ parts }: CopyProgress): string | undefined {
  if (parts === undefined) return undefined;
  const { done, running, failed, total } = parts;
  const more = [running > 0 && `${formatCount(running)} running`, failed > 0 && `${formatCount(failed)} failed`];
  return [`${formatCount(done)} of ${plural(total, 'part')}`, ...more.filter(Boolean)].join(', ');
}

function bytesText({ status, bytes, rate, secondsLeft }: CopyProgress): string | undefined {
  if (bytes === undefined) return undefined;
  const left = status === 'RUNNING' && secondsLeft !== undefined && `${formatDuration(secondsLeft * 1000)} left`;
  return [`${formatBytes(bytes.done)} of ${formatBytes(bytes.total)}`, rate && formatRate(rate), left]
    .filter(Boolean)
    .join(', ');
}
