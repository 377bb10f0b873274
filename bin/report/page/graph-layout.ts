import dagre from '@dagrejs/dagre';
import { formatCount, formatDuration, plural } from '../format';
import type { EdgeKind, Graph, GraphNode } from '../model/report';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box {
  /** Position of the upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedNode extends Box {
  readonly node: GraphNode;
  /** Graphs inside the node, with their positions within the box. */
  readonly inner: readonly PlacedGraph[];
}

export interface PlacedEdge {
  readonly kind: EdgeKind;
  readonly isTaken: boolean;
  readonly points: readonly Point[];
}

export interface PlacedGraph extends Box {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** Height of the two lines of a node, and of the title of a node that contains a graph. */
export const NODE_HEIGHT = 44;
export const TITLE_HEIGHT = 44;

const PADDING = 14;
const MIN_WIDTH = 116;
const CHARACTER = 7.6;
const DETAIL_CHARACTER = 6.1;
const MARKER = 34;

/** Places the states from top to bottom. States of a Map or a Parallel are placed within its box. */
export function layoutGraph(graph: Graph): PlacedGraph {
  return placeGraph(graph);
}

function placeGraph(graph: Graph): PlacedGraph {
  const inner = new Map(graph.nodes.map((node) => [node.name, node.inner.map(placeGraph)]));
  const layout = new dagre.graphlib.Graph({ multigraph: true });
  layout.setGraph({ rankdir: 'TB', nodesep: 26, ranksep: 26, edgesep: 14, marginx: 2, marginy: 2 });
  layout.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) layout.setNode(node.name, sizeOf(node, inner.get(node.name)!));
  const known = new Set(graph.nodes.map(({ name }) => name));
  const edges = graph.edges.filter(({ from, to }) => known.has(from) && known.has(to));
  edges.forEach(({ from, to, isTaken }, index) => {
    // Transitions that were taken are straight lines; the others go around them.
    layout.setEdge(from, to, { weight: isTaken ? 8 : 1 }, String(index));
  });
  dagre.layout(layout);
  const { width = 0, height = 0 } = layout.graph() as { width?: number; height?: number };
  return {
    x: 0,
    y: 0,
    width,
    height,
    nodes: graph.nodes.map((node) => placeNode(node, layout.node(node.name) as CenteredBox, inner.get(node.name)!)),
    edges: edges.map(({ from, to, kind, isTaken }, index) => {
      const { points } = layout.edge(from, to, String(index)) as { points: Point[] };
      return { kind, isTaken, points };
    }),
  };
}

function sizeOf(node: GraphNode, inner: readonly PlacedGraph[]): { width: number; height: number } {
  const own = Math.max(MIN_WIDTH, node.name.length * CHARACTER + MARKER, detailOf(node).length * DETAIL_CHARACTER + 24);
  if (inner.length === 0) return { width: own, height: NODE_HEIGHT };
  const content = inner.reduce((sum, { width }) => sum + width + PADDING, PADDING);
  const tallest = inner.reduce((most, { height }) => Math.max(most, height), 0);
  return { width: Math.max(own, content), height: TITLE_HEIGHT + tallest + PADDING };
}

/** The center and the size of a node. */
type CenteredBox = Box;

function placeNode(node: GraphNode, { x, y, width, height }: CenteredBox, inner: readonly PlacedGraph[]): PlacedNode {
  const content = inner.reduce((sum, graph) => sum + graph.width + PADDING, -PADDING);
  let left = (width - content) / 2;
  const placed = inner.map((graph) => {
    const at = { ...graph, x: left, y: TITLE_HEIGHT };
    left += graph.width + PADDING;
    return at;
  });
  return { node, x: x - width / 2, y: y - height / 2, width, height, inner: placed };
}

/** The second line of a node: its type and a short outcome. */
export function detailOf({ type, outcome }: GraphNode): string {
  const { status, visits, retries = 0, durationMs } = outcome;
  if (status === 'NOT_ENTERED') return type;
  const facts = [
    ...(durationMs === undefined || type === 'Choice' || type === 'Succeed' ? [] : [formatDuration(durationMs)]),
    ...(visits > 1 ? [`${formatCount(visits)}×`] : []),
    ...(retries > 0 ? [plural(retries, 'retry')] : []),
  ];
  return [type, ...facts].join(' · ');
}
