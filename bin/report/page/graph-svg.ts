import { visible } from '../format';
import type { Graph, NodeStatus } from '../model/report';
import { detailOf, layoutGraph, type PlacedEdge, type PlacedGraph, type PlacedNode, type Point } from './graph-layout';
import { html, type Html } from './html';

/** Text and sign of each status, so that no information depends on colours alone. */
export const STATUS_TEXT: Readonly<Record<NodeStatus, readonly [sign: string, text: string]>> = {
  SUCCEEDED: ['✓', 'succeeded'],
  CAUGHT: ['!', 'failed, caught'],
  FAILED: ['✕', 'failed'],
  TIMED_OUT: ['✕', 'timed out'],
  ABORTED: ['■', 'aborted'],
  RUNNING: ['▸', 'running'],
  NOT_ENTERED: ['', 'not entered'],
};

/** The state graph. For screen readers it is one image, because the table of states contains the same information. */
export function graphSvg(graph: Graph): Html {
  const placed = layoutGraph(graph);
  const width = Math.ceil(placed.width);
  const height = Math.ceil(placed.height);
  return html`<svg
    class="graph"
    role="img"
    aria-label="State graph. The table of states has the same information."
    width="${width}"
    height="${height}"
    viewBox="0 0 ${width} ${height}"
  >
    <defs>${marker('taken')}${marker('idle')}</defs>
    ${drawGraph(placed)}
  </svg>`;
}

function marker(name: string): Html {
  return html`<marker
    id="arrow-${name}"
    viewBox="0 0 8 8"
    refX="7"
    refY="4"
    markerWidth="8"
    markerHeight="8"
    markerUnits="userSpaceOnUse"
    orient="auto"
    ><path class="head ${name}" d="M0 0L8 4L0 8Z"
  /></marker>`;
}

function drawGraph({ x, y, nodes, edges }: PlacedGraph): Html {
  // Transitions that were taken are drawn above the others.
  const ordered = [...edges].sort((a, b) => Number(a.isTaken) - Number(b.isTaken));
  return html`<g transform="translate(${round(x)} ${round(y)})">${ordered.map(drawEdge)}${nodes.map(drawNode)}</g>`;
}

function drawEdge({ points, kind, isTaken }: PlacedEdge): Html {
  const taken = isTaken ? 'taken' : 'idle';
  return html`<path
    class="edge ${taken} ${kind.toLowerCase()}"
    marker-end="url(#arrow-${taken})"
    d="${rounded(points)}"
  />`;
}

/** A line through all points with rounded corners. */
function rounded(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const last = rest.pop();
  const curves = rest.map((point, index) => {
    const next = rest[index + 1] ?? last ?? point;
    const middle = index === rest.length - 1 && last !== undefined ? last : between(point, next);
    return `Q${at(point)} ${at(middle)}`;
  });
  return `M${at(first)}${curves.length === 0 && last !== undefined ? `L${at(last)}` : curves.join('')}`;
}

function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function drawNode({ node, x, y, width, height, inner }: PlacedNode): Html {
  const { name, type, outcome, comment } = node;
  const [sign, text] = STATUS_TEXT[outcome.status];
  const title = [`${visible(name)} (${type}): ${text}`, ...(comment === undefined ? [] : [visible(comment)])].join(
    '\n',
  );
  return html`<g class="node ${outcome.status.toLowerCase()}" transform="translate(${round(x)} ${round(y)})"
    ><title>${title}</title><rect class="box" width="${round(width)}" height="${round(height)}" rx="6" />
    <text class="sign" x="12" y="19">${sign}</text
    ><text class="name" x="${sign === '' ? 12 : 28}" y="19">${visible(name)}</text
    ><text class="detail" x="12" y="35">${detailOf(node)}</text>${inner.map(drawGraph)}</g
  >`;
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
