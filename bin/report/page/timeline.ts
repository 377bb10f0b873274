import { formatCount, formatDuration, formatRate, formatTime, plural } from '../format';
import { partLabel } from '../model/critical-path';
import type { Flow } from '../model/expected';
import { copiedFlows } from '../model/flows';
import { isThrottling } from '../model/history';
import type { CopyReport, Part, Parts } from '../model/report';
import { partMs, type PartStatistics, notableParts, statisticsOf } from '../model/statistics';
import { binThroughput } from '../model/throughput';
import { STATUS_TEXT } from './graph-svg';
import { untrusted, html, type Html } from './html';
import { short } from './states';
import { causeText, partNoun } from './summary';

/** Maximum number of rows of the table of notable parts. */
const MOST_PARTS = 100;

const KEYS: readonly (readonly [key: string, what: string])[] = [
  ['← →', 'part before and after on the same worker'],
  ['↑ ↓', 'worker above and below'],
  ['N P', 'next and previous marked part'],
  ['C', 'next part of the critical path'],
  ['+ −', 'zoom in and out in time'],
  ['[ ]', 'fewer and more workers in view'],
  ['Shift ← →', 'move the view'],
  ['Home End', 'first and last part'],
  ['0', 'show everything'],
];

/** The two charts, with their main results as text. */
export function timelineSection(report: CopyReport): Html {
  const { parts, copy } = report;
  const noun = partNoun(report);
  return html`<section aria-labelledby="timeline">
    <h2 id="timeline">Timeline</h2>
    ${parts ? html`<p>${timesSentence(statisticsOf(parts), parts, noun)}</p>` : html`<p>${noParts(report)}</p>`}
    <figure class="chart">
      <div class="toolbar" role="group" aria-label="View of the timeline">
        <button type="button" data-do="in">Zoom in</button><button type="button" data-do="out">Zoom out</button
        ><button type="button" data-do="all">Show all</button
        >${parts && html`<button type="button" data-do="next">Next marked</button><button type="button" data-do="critical">Critical path</button>`}
        <details class="keys">
          <summary>Keys</summary>
          <dl>
            ${KEYS.map(
              ([key, what]) =>
                html`<div>
                  <dt><kbd>${key}</kbd></dt>
                  <dd>${what}</dd>
                </div>`,
            )}
          </dl>
        </details>
      </div>
      <div
        id="timeline-chart"
        class="plot"
        tabindex="0"
        role="application"
        aria-roledescription="timeline"
        aria-label="Timeline of states and ${noun}s, workers as lanes"
        aria-describedby="timeline-help"
      ></div>
      <p id="timeline-help" class="visually-hidden">
        The arrow keys select the next one, N selects the next marked one, plus and minus zoom, and 0 shows everything.
        The tables below have the same information.
      </p>
      <p id="inspector" class="inspector" aria-live="polite">
        ${parts ? `Point at a ${noun}, or use the arrow keys, to read about it.` : 'Point at a state, or use the arrow keys, to read about it.'}
      </p>
      ${legend(report, noun)}
    </figure>
    ${parts && copy?.bytes !== undefined && throughputFigure(report, parts)}
  </section>`;
}

function noParts({ copy }: CopyReport): string {
  if (copy?.action === 'COPY_OBJECT') return 'One CopyObject copied the whole object, so there are no parts.';
  return 'No Map has started, so there are no parts.';
}

function timesSentence(
  { times, running, failed, aborted, retried }: PartStatistics,
  parts: Parts,
  noun: string,
): string {
  const { total, items, lanes, known } = parts;
  if (items.length === 0) return `None of ${plural(total, noun)} has started, or the ${noun}s could not be read.`;
  const started =
    items.length < total ? `${formatCount(items.length)} of ${plural(total, noun)} started` : plural(total, noun);
  const counts = [
    ...(running > 0 ? [`${formatCount(running)} running`] : []),
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(aborted > 0 ? [`${formatCount(aborted)} aborted`] : []),
    ...(known > 0 ? [`${formatCount(retried)} needed more than one try`] : []),
  ];
  const durations = times
    ? ` Half took up to ${formatDuration(times.median)}, 95 % up to ${formatDuration(times.p95)}, the slowest ${formatDuration(partMs(times.slowest))} (${partLabel(times.slowest).toLowerCase()}).`
    : '';
  return `${started} on ${plural(lanes, 'worker')}${counts.length === 0 ? '' : `; ${counts.join(', ')}`}.${durations}`;
}

function legend({ parts, execution }: CopyReport, noun: string): Html {
  const has = (...outcomes: Part['outcome'][]): boolean | undefined =>
    parts?.items.some(({ outcome }) => outcomes.includes(outcome));
  const tries = parts?.items.flatMap(({ attempts = [] }) => attempts) ?? [];
  const errors = tries.flatMap(({ error }) => error ?? []);
  const entries: [string, string, boolean | undefined][] = [
    ['done', 'succeeded', true],
    ['retried', 'needed more than one try', parts?.items.some(({ attempts = [] }) => attempts.length > 1)],
    ['failed', 'failed', has('FAILED', 'TIMED_OUT') || execution.status === 'FAILED'],
    ['aborted', 'aborted', has('ABORTED')],
    ['running', 'running', has('RUNNING')],
    ['unread', 'tries not read', parts && parts.known < parts.items.length],
    ['critical', 'critical path', true],
    ['throttle', 'throttled try', errors.some(isThrottling)],
    ['error', 'failed try', errors.some((error) => !isThrottling(error))],
  ];
  const shown = entries.filter(([, , isShown]) => isShown);
  return html`<ul class="legend" aria-label="Legend of the ${noun}s">
    ${shown.map(([name, text]) => html`<li><span class="key ${name}" aria-hidden="true"></span>${text}</li>`)}
  </ul>`;
}

function throughputFigure({ copy, execution, parts }: CopyReport, { startMs }: Parts): Html {
  const expected = copy?.expectedSeconds;
  return html`<figure class="chart">
    <h3>Throughput</h3>
    <div
      id="throughput-chart"
      class="plot"
      role="img"
      aria-label="Throughput over time against the plan. The text below has the main numbers."
    ></div>
    <figcaption>
      ${ratesText(copiedFlows(parts!), startMs, execution.durationMs)}
      ${
        expected !== undefined &&
        `By the model of part copies, the parts take ${formatDuration(expected * 1000)}, ${formatRate((copy?.bytes ?? 0) / expected)} on average.`
      }
      S3 does not report the progress of a part. When a part has ended, its bytes are distributed evenly over its
      duration.
    </figcaption>
    <ul class="legend" aria-label="Legend of the throughput">
      <li><span class="key measured" aria-hidden="true"></span>this copy</li>
      ${expected !== undefined && html`<li><span class="key expected" aria-hidden="true"></span>plan, by the published speed of UploadPartCopy</li>`}
    </ul>
  </figure>`;
}

function ratesText(flows: readonly Flow[], startMs: number, endMs: number): string {
  if (flows.length === 0) return 'No part has ended, so no bytes have been copied.';
  const bins = Math.min(600, Math.max(1, Math.round(endMs / 1000)));
  const peak = binThroughput(flows, 0, endMs, bins).reduce((most, rate) => Math.max(most, rate), 0);
  const bytes = flows.reduce((sum, flow) => sum + flow.bytes, 0);
  const average = bytes / Math.max(0.001, (endMs - startMs) / 1000);
  return `Highest ${formatRate(peak)}; ${formatRate(average)} on average from the start of the parts to the end.`;
}

/** The table of notable parts, for users who cannot see the chart or want numbers. */
export function partsSection(report: CopyReport): Html | undefined {
  const { parts, execution } = report;
  if (parts === undefined || parts.items.length === 0) return undefined;
  const shown = notableParts(parts, MOST_PARTS);
  const noun = partNoun(report);
  return html`<section aria-labelledby="parts">
    <h2 id="parts">${noun === 'part' ? 'Parts' : 'Items'} worth a look</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Table of ${noun}s">
      <table class="sortable">
        <caption>
          ${formatCount(shown.length)} of ${plural(parts.items.length, noun)}: those that failed, that were retried, and
          the slowest
        </caption>
        <thead>
          <tr>
            ${['Part', 'Worker', 'Started', 'Duration', 'Rate', 'Tries'].map((name) => html`<th scope="col" class="number" aria-sort="none"><button type="button">${name === 'Part' && noun !== 'part' ? 'Item' : name}</button></th>`)}
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((part) => partRow(part, execution.startedAt, execution.durationMs))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function partRow(part: Part, startedAt: number, endMs: number): Html {
  const { number, order, lane, startMs, stopMs, outcome, attempts, bytes } = part;
  const ms = (stopMs ?? endMs) - startMs;
  const rate = outcome === 'SUCCEEDED' && bytes !== undefined && ms > 0 ? (bytes / ms) * 1000 : undefined;
  const [sign, text] = STATUS_TEXT[outcome];
  return html`<tr>
    <th scope="row" class="number" data-value="${number ?? order}">
      ${number ?? html`<span title="Its number was not read. It started as number ${order}.">~${order}</span>`}
    </th>
    <td class="number" data-value="${lane}">${lane + 1}</td>
    <td class="number" data-value="${startMs}">
      <time title="${formatTime(startedAt + startMs)}">+${formatDuration(startMs)}</time>
    </td>
    <td class="number" data-value="${ms}">${formatDuration(ms)}</td>
    <td class="number" data-value="${rate ?? -1}">${rate === undefined ? '' : formatRate(rate)}</td>
    <td class="number" data-value="${attempts?.length ?? -1}">
      ${attempts === undefined ? html`<span class="muted">not read</span>` : attempts.length}
    </td>
    <td><span class="outcome ${outcome.toLowerCase()}">${sign} ${text}</span>${errorsOf(part)}</td>
  </tr>`;
}

/** The errors of the tries of a part, and the cause of the last error if the part failed. */
function errorsOf({ attempts = [], error, cause }: Part): Html | undefined {
  const counts = new Map<string, number>();
  for (const attempt of attempts) {
    if (attempt.error !== undefined) counts.set(attempt.error, (counts.get(attempt.error) ?? 0) + 1);
  }
  if (error !== undefined && counts.size === 0) counts.set(error, 1);
  if (counts.size === 0) return undefined;
  const names = [...counts].map(
    ([name, count], index) => html`${index > 0 && ', '}${untrusted(name)}${count > 1 && ` ×${count}`}`,
  );
  return html`<br /><small
      >${names}${error !== undefined && cause !== undefined && html`: ${untrusted(short(causeText(cause)))}`}</small
    >`;
}
