import { formatDuration, formatShare, formatTime, plural, visible } from '../format';
import type { CopyReport, PathStep } from '../model/report';
import { shorten, timeShares, type TimeShare } from '../model/time-shares';
import { untrusted, html, type Html } from './html';

const MOST_STEPS = 60;

const KINDS: Record<PathStep['kind'], string> = {
  STATE: 'state',
  MAP: 'state',
  PART: 'part',
  DISPATCH: 'dispatch',
  BETWEEN: 'between',
};

/** The critical path, which determined the duration: as shares, and step by step. */
export function pathSection({ criticalPath, execution, copy }: CopyReport): Html | undefined {
  if (criticalPath.length === 0) return undefined;
  const shares = timeShares(criticalPath);
  return html`<section aria-labelledby="path">
    <h2 id="path">What determined the duration</h2>
    <p>
      ${leadOf(shares, execution.durationMs)}${copy?.result && ' The copy becomes faster if one of these steps becomes faster. Other parts ran at the same time.'}
    </p>
    ${bar(shares)}
    <table class="narrow">
      <caption class="visually-hidden">
        Shares of the duration
      </caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col" class="number">Time</th>
          <th scope="col" class="number">Share</th>
        </tr>
      </thead>
      <tbody>
        ${shares.map((share, index) => shareRow(share, index, execution.durationMs))}
      </tbody>
    </table>
    <details>
      <summary>Critical path, step by step (${plural(criticalPath.length, 'step')})</summary>
      ${stepTable(criticalPath, execution.startedAt)}
    </details>
  </section>`;
}

function leadOf(shares: readonly TimeShare[], durationMs: number): string {
  const longest = shares.reduce((most, next) => (next.ms > most.ms ? next : most));
  return `${visible(longest.label)} took ${formatDuration(longest.ms)} of ${formatDuration(durationMs)} (${formatShare(longest.ms / Math.max(1, durationMs))}).`;
}

/** The shares as a bar. The numbers are in the table below it. */
function bar(shares: readonly TimeShare[]): Html {
  const total = Math.max(
    1,
    shares.reduce((sum, { ms }) => sum + ms, 0),
  );
  let x = 0;
  const rects = shares.map(({ ms, kind, label }, index) => {
    const width = (ms / total) * 1000;
    const rect = html`<rect
      class="share ${KINDS[kind]} s${index % 4}"
      x="${x.toFixed(2)}"
      y="0"
      width="${Math.max(0, width - 1).toFixed(2)}"
      height="16"
      ><title>${visible(label)} ${formatDuration(ms)}</title></rect
    >`;
    x += width;
    return rect;
  });
  return html`<svg class="strip" viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true">${rects}</svg>`;
}

function shareRow({ label, kind, ms }: TimeShare, index: number, durationMs: number): Html {
  return html`<tr>
    <th scope="row">
      <span class="key share ${KINDS[kind]} s${index % 4}" aria-hidden="true"></span>${untrusted(label)}
    </th>
    <td class="number">${formatDuration(ms)}</td>
    <td class="number">${formatShare(ms / Math.max(1, durationMs))}</td>
  </tr>`;
}

function stepTable(path: readonly PathStep[], startedAt: number): Html {
  const rows = shorten(path, MOST_STEPS).map((step) =>
    'left' in step ? leftRow(step.left) : stepRow(step, startedAt),
  );
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Critical path">
    <table>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">From</th>
          <th scope="col" class="number">Duration</th>
          <th scope="col">Note</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function stepRow({ label, startMs, stopMs, note }: PathStep, startedAt: number): Html {
  return html`<tr>
    <th scope="row">${untrusted(label)}</th>
    <td><time title="${formatTime(startedAt + startMs)}">+${formatDuration(startMs)}</time></td>
    <td class="number">${formatDuration(stopMs - startMs)}</td>
    <td>${note !== undefined && untrusted(note)}</td>
  </tr>`;
}

function leftRow(steps: readonly PathStep[]): Html {
  const ms = steps.reduce((sum, { startMs, stopMs }) => sum + stopMs - startMs, 0);
  const parts = steps.filter(({ kind }) => kind === 'PART').length;
  return html`<tr class="muted">
    <th scope="row">${plural(steps.length, 'more step')}</th>
    <td>+${formatDuration(steps[0]!.startMs)}</td>
    <td class="number">${formatDuration(ms)}</td>
    <td>${parts > 0 && plural(parts, 'part')}</td>
  </tr>`;
}
