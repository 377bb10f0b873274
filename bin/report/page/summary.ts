import {
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  formatTime,
  formatUSD,
  plural,
  visible,
} from '../format';
import { copiedFlows } from '../model/flows';
import type { CopyEnd, CopyReport, Parts } from '../model/report';
import { statisticsOf } from '../model/statistics';
import { untrusted, html, type Html } from './html';

export const PROOFS: Readonly<Record<string, string>> = {
  'full-object-checksum': 'full-object checksum',
  'composite-checksum': 'composite checksum',
  etag: 'ETag',
  size: 'size only',
};

const STATUS_WORDS: Readonly<Record<CopyReport['execution']['status'], string>> = {
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
  ABORTED: 'Aborted',
  TIMED_OUT: 'Timed out',
  RUNNING: 'Running',
  PENDING_REDRIVE: 'Waiting for a redrive',
};

export function uriOf({ bucket, key }: CopyEnd): string {
  return bucket.startsWith('arn:') ? `${bucket}/object/${key}` : `s3://${bucket}/${key}`;
}

export function titleOf({ copy, execution }: CopyReport): string {
  return copy === undefined ? `Execution ${visible(execution.name)}` : `Copy of ${visible(uriOf(copy.source))}`;
}

/** The header of the page: the copy, its outcome, and the most important numbers. */
export function summarySection(report: CopyReport): Html {
  const { execution, copy } = report;
  const status = report.copy?.result?.status;
  const word =
    status === 'SKIPPED' || status === 'PLANNED'
      ? { SKIPPED: 'Skipped', PLANNED: 'Planned' }[status]
      : STATUS_WORDS[execution.status];
  return html`<header>
    <p class="eyebrow">
      Copy report ·
      ${untrusted(execution.stateMachine)}${execution.region !== '' && html` · ${untrusted(execution.region)}`}${report.local && ' · local run'}
    </p>
    <h1>
      <span class="status ${execution.status.toLowerCase()}">${word}</span>
      ${copy ? html`<span class="ends"><span>${untrusted(uriOf(copy.source))}</span> <span class="to" aria-label="to">→</span> <span>${untrusted(uriOf(copy.destination))}</span></span>` : untrusted(execution.name)}
    </h1>
    <p class="lead">${sentence(report)}</p>
    ${execution.error !== undefined && failure(execution.error, execution.cause)}
    <p class="times">
      ${formatTime(execution.startedAt)} to
      ${execution.stoppedAt === undefined ? html`${formatTime(report.readAt)} (still running)` : formatTime(execution.stoppedAt)}
    </p>
    <dl class="figures">
      ${figures(report).map(
        ([name, value, more]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}${more && html` <small>${more}</small>`}</dd>
          </div>`,
      )}
    </dl>
  </header>`;
}

/** An error and its cause. If a Lambda function threw the error, the cause is JSON. */
export function failure(error: string, cause: string | undefined): Html {
  return html`<div class="failure">
    <strong>${untrusted(error)}</strong>${cause !== undefined && html` <span>${untrusted(causeText(cause))}</span>`}
  </div>`;
}

export function causeText(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}

function sentence(report: CopyReport): string {
  const { execution, copy, parts } = report;
  const took = formatDuration(execution.durationMs);
  const { result, plan } = copy ?? {};
  const inParts = plan ? ` in ${plural(plan.parts, 'part')}` : '';
  if (result?.status === 'COPIED') {
    const { verifiedBy, algorithm } = result.integrity;
    const proof =
      verifiedBy === 'size'
        ? 'Only its size was compared'
        : `Proven equal by its ${PROOFS[verifiedBy] ?? visible(verifiedBy)}`;
    return `Copied ${formatBytes(result.source.size)}${inParts} in ${took}. ${proof}${algorithm === '' ? '' : ` (${visible(algorithm)})`}.`;
  }
  if (result !== undefined) return `Nothing was copied: ${visible(result.reason)}`;
  const done = parts === undefined ? '' : `: ${progressOf(report, parts)}`;
  if (execution.stoppedAt === undefined) return `Running for ${took}${done}.`;
  return `${STATUS_WORDS[execution.status]} after ${took}${done}.`;
}

/** `195 of 600 parts (195 GiB of 600 GiB) ended` */
function progressOf(report: CopyReport, parts: Parts): string {
  const { bytes } = report.copy ?? {};
  const copied = copiedFlows(parts).reduce((sum, flow) => sum + flow.bytes, 0);
  const { succeeded } = statisticsOf(parts);
  const inBytes = bytes === undefined ? '' : ` (${formatBytes(copied)} of ${formatBytes(bytes)})`;
  return `${formatCount(succeeded)} of ${plural(parts.total, partNoun(report))}${inBytes} succeeded`;
}

/** Only the items of a Map of a copy are called parts. */
export function partNoun({ copy }: CopyReport): string {
  return copy === undefined ? 'item' : 'part';
}

function figures(report: CopyReport): [string, string, string?][] {
  const { execution, copy, parts, cost } = report;
  const statistics = parts && statisticsOf(parts);
  const { bytes, expectedSeconds, result } = copy ?? {};
  const rate = result?.status === 'COPIED' && bytes !== undefined ? bytes / (execution.durationMs / 1000) : undefined;
  const copied = result?.status === 'COPIED' && parts ? `${plural(parts.lanes, 'worker')} at once` : undefined;
  return [
    [
      'Duration',
      formatDuration(execution.durationMs),
      expectedSeconds === undefined ? undefined : `model: ${formatDuration(expectedSeconds * 1000)} for the parts`,
    ],
    ...(bytes === undefined
      ? []
      : [['Size', formatBytes(bytes), `${formatCount(bytes)} bytes`] satisfies [string, string, string]]),
    ...(rate === undefined ? [] : [['Throughput', formatRate(rate), 'on average'] satisfies [string, string, string]]),
    ...(parts
      ? [
          ['Parts', formatCount(parts.total), copied ?? `${formatCount(statistics!.ended)} ended`] satisfies [
            string,
            string,
            string,
          ],
        ]
      : []),
    ...(parts
      ? [
          [
            'Retries',
            parts.known === 0 ? 'not read' : formatCount(statistics!.retries),
            retriesNote(parts, statistics!.retried),
          ] satisfies [string, string, string?],
        ]
      : []),
    ['Cost', formatUSD(cost.costUSD.total), 'at list prices'],
  ];
}

function retriesNote({ known, items }: Parts, retried: number): string | undefined {
  if (known < items.length) return `of ${formatCount(known)} parts that were read`;
  return retried > 0 ? `in ${plural(retried, 'part')}` : undefined;
}
