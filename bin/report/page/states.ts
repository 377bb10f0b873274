import { formatDuration, formatTime, plural, visible } from '../format';
import type { CopyReport, Graph, GraphNode, StateVisit } from '../model/report';
import { graphSvg, STATUS_TEXT } from './graph-svg';
import { untrusted, html, type Html } from './html';
import { causeText } from './summary';

/** Maximum number of rows of the table, because a loop may have entered thousands of states. */
const MOST_ROWS = 200;

export function statesSection(report: CopyReport): Html {
  const { graph, visits, execution } = report;
  const shown = visits.slice(0, MOST_ROWS);
  return html`<section aria-labelledby="states">
    <h2 id="states">States</h2>
    <div class="states">
      ${graph && html`<figure class="scroll" tabindex="0" role="group" aria-label="State graph">${graphSvg(graph)}</figure>`}
      <div>
        <div class="scroll" tabindex="0" role="group" aria-label="Table of states">
          <table>
            <caption>
              States in the order in which they were entered
            </caption>
            <thead>
              <tr>
                <th scope="col">State</th>
                <th scope="col">Type</th>
                <th scope="col">Entered</th>
                <th scope="col" class="number">Duration</th>
                <th scope="col" class="number">Tries</th>
                <th scope="col">Outcome</th>
              </tr>
            </thead>
            <tbody>
              ${shown.map((visit) => row(visit, execution.startedAt, execution.durationMs))}
            </tbody>
          </table>
        </div>
        ${visits.length > shown.length && html`<p>${plural(visits.length - shown.length, 'later entry')} not shown.</p>`}
        ${graph && notEntered(graph)}
      </div>
    </div>
  </section>`;
}

function row(
  { state, type, enteredMs, exitedMs, outcome, attempts, error, cause }: StateVisit,
  startedAt: number,
  endMs: number,
): Html {
  const [sign, text] = STATUS_TEXT[outcome];
  return html`<tr>
    <th scope="row">${untrusted(state)}</th>
    <td>${untrusted(type)}</td>
    <td><time title="${formatTime(startedAt + enteredMs)}">+${formatDuration(enteredMs)}</time></td>
    <td class="number">${formatDuration((exitedMs ?? endMs) - enteredMs)}</td>
    <td class="number">${attempts.length === 0 ? '' : attempts.length}</td>
    <td>
      <span class="outcome ${outcome.toLowerCase()}">${sign} ${text}</span
      >${error !== undefined && html`<br /><small>${untrusted(error)}${cause !== undefined && html`: ${untrusted(short(causeText(cause)))}`}</small>`}
    </td>
  </tr>`;
}

function notEntered(graph: Graph): Html | undefined {
  const names = flatten(graph).filter(({ outcome }) => outcome.status === 'NOT_ENTERED');
  if (names.length === 0) return undefined;
  return html`<p class="muted">Not entered: ${names.map(({ name }) => visible(name)).join(', ')}.</p>`;
}

function flatten({ nodes }: Graph): GraphNode[] {
  return nodes.flatMap((node) => [node, ...node.inner.flatMap(flatten)]);
}

/** Shortens a cause, which may be a stack trace of a thousand lines. */
export function short(text: string): string {
  return text.length <= 300 ? text : `${[...text.slice(0, 400)].slice(0, 300).join('')}…`;
}
