import type uPlot from 'uplot';
import { OUTCOMES, type PageData } from '../page/page-data';
import { drawBars, drawCritical, drawSelected, drawTry, type Rect } from './bars';
import { axes, color, makeChart } from './chart';
import { type ClientPart, isMarked } from './data';
import type { View } from './view';

/** Height of the states above the workers. */
const STATES_HEIGHT = 24;
const LANE_HEIGHT = 13;
const MOST_HEIGHT = 440;
const AXIS_HEIGHT = 32;

export type Selection = { readonly part: ClientPart } | { readonly state: PageData['states'][number] };

/** States and parts over time. */
export class Timeline {
  selected: Selection | undefined;
  private readonly chart: uPlot;
  /** The parts of each lane in the order of their start, to find the part at a point. */
  private readonly lanes: ClientPart[][];

  constructor(
    element: HTMLElement,
    private readonly view: View,
    private readonly data: PageData,
    private readonly parts: readonly ClientPart[],
  ) {
    this.lanes = Array.from({ length: view.lanes }, () => []);
    for (const part of parts) this.lanes[part.lane]?.push(part);
    const plot = Math.min(MOST_HEIGHT, Math.max(view.lanes * LANE_HEIGHT, 8));
    this.chart = makeChart(
      element,
      view,
      {
        height: STATES_HEIGHT + 14 + plot + AXIS_HEIGHT,
        padding: [STATES_HEIGHT + 14, 16, 0, 0],
        scales: { y: { dir: -1, range: () => [view.minLane, Math.max(view.maxLane, 1)] } },
        axes: axes({
          splits: () => this.laneSplits(),
          values: (_, lanes) => lanes.map((lane, index) => (index === 0 ? `worker ${lane}` : String(lane))),
          grid: { show: false },
        }),
        series: [{}, { show: false }],
        hooks: { draw: [() => this.draw()] },
      },
      () => [
        [view.minMs / 1000, view.maxMs / 1000],
        [null, null],
      ],
    );
  }

  select(selection: Selection | undefined): void {
    this.selected = selection;
    this.chart.redraw(false, false);
  }

  /** The part or state at a point of the page. */
  at(event: MouseEvent): Selection | undefined {
    const { left, top } = this.chart.over.getBoundingClientRect();
    const seconds = this.chart.posToVal(event.clientX - left, 'x');
    const ms = seconds * 1000;
    if (ms < this.view.minMs || ms > this.view.maxMs) return undefined;
    if (event.clientY < top) {
      const state = this.data.states.filter(([, startMs, stopMs]) => startMs <= ms && ms <= stopMs).at(-1);
      return state && event.clientY > top - STATES_HEIGHT - 4 ? { state } : undefined;
    }
    const slackMs = (this.view.maxMs - this.view.minMs) / this.chart.over.clientWidth;
    const lane = Math.floor(this.chart.posToVal(event.clientY - top, 'y'));
    const part = this.lanes[lane]?.find(({ startMs, stopMs }) => startMs - slackMs <= ms && ms <= stopMs + slackMs);
    return part && { part };
  }

  msAt(event: MouseEvent): number {
    const { left } = this.chart.over.getBoundingClientRect();
    return this.chart.posToVal(event.clientX - left, 'x') * 1000;
  }

  /** The previous or next part on the same lane, or the part on another lane at the same time. */
  neighbour(of: ClientPart, along: number, across: number): ClientPart | undefined {
    if (across === 0) {
      const lane = this.lanes[of.lane]!;
      return lane[lane.indexOf(of) + along];
    }
    const middle = (of.startMs + of.stopMs) / 2;
    const lane = this.lanes[of.lane + across];
    const distance = ({ startMs, stopMs }: ClientPart): number => Math.abs((startMs + stopMs) / 2 - middle);
    return lane?.reduce((best, next) => (distance(next) < distance(best) ? next : best));
  }

  private laneSplits(): number[] {
    const { minLane, maxLane } = this.view;
    const count = maxLane - minLane;
    const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].find((each) => count / each <= 12) ?? 5000;
    const splits: number[] = [];
    for (let lane = Math.ceil(Math.max(minLane, 1) / step) * step; lane <= maxLane; lane += step) splits.push(lane);
    return splits;
  }

  private draw(): void {
    const { ctx: context, bbox } = this.chart;
    const pixel = devicePixelRatio;
    this.drawStates(context, pixel);
    context.save();
    context.beginPath();
    context.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    context.clip();
    const { minMs, maxMs, minLane, maxLane } = this.view;
    const bars = this.parts
      .filter((part) => part.stopMs >= minMs && part.startMs <= maxMs && part.lane >= minLane && part.lane < maxLane)
      .map((part) => ({ part, rect: this.rectOf(part, pixel) }));
    drawBars(context, bars, pixel);
    drawCritical(
      context,
      bars.filter(({ part }) => part.isCritical).map(({ rect }) => rect),
      pixel,
    );
    for (const { part, rect } of bars) if (isMarked(part)) this.drawTries(context, part, rect, pixel);
    if (this.selected !== undefined && 'part' in this.selected)
      drawSelected(context, this.rectOf(this.selected.part, pixel), pixel);
    context.restore();
  }

  private drawTries(context: CanvasRenderingContext2D, { tries = [] }: ClientPart, rect: Rect, pixel: number): void {
    for (const { error, stopMs, startMs } of tries) {
      if (error === undefined) continue;
      const isThrottled = /throttl|toomanyrequests|slowdown|limitexceeded/i.test(error);
      drawTry(context, this.xOf(stopMs ?? startMs), rect.y + rect.height / 2, isThrottled, pixel);
    }
  }

  private drawStates(context: CanvasRenderingContext2D, pixel: number): void {
    const { bbox } = this.chart;
    const top = bbox.top - (STATES_HEIGHT + 2) * pixel;
    const height = (STATES_HEIGHT - 6) * pixel;
    context.save();
    context.beginPath();
    context.rect(bbox.left, 0, bbox.width, bbox.top);
    context.clip();
    context.font = `${11 * pixel}px ${getComputedStyle(document.body).fontFamily}`;
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    for (const [name, startMs, stopMs, outcome] of this.data.states) {
      const x = this.xOf(startMs);
      const width = Math.max(pixel, this.xOf(stopMs) - x - pixel);
      context.fillStyle = color(STATE_FILLS[OUTCOMES[outcome]!] ?? 'ok-fill');
      context.fillRect(x, top, width, height);
      context.fillStyle = color(STATE_EDGES[OUTCOMES[outcome]!] ?? 'ok');
      context.fillRect(x, top, Math.min(width, 2 * pixel), height);
      const left = Math.max(x, bbox.left) + 6 * pixel;
      const room = Math.min(x + width, bbox.left + bbox.width) - left - 4 * pixel;
      if (context.measureText(name).width > room) continue;
      context.fillStyle = color('text');
      context.fillText(name, left, top + height / 2);
    }
    context.restore();
    if (this.selected !== undefined && 'state' in this.selected) {
      const [, startMs, stopMs] = this.selected.state;
      const x = this.xOf(startMs);
      drawSelected(context, { x, y: top, width: Math.max(pixel, this.xOf(stopMs) - x), height }, pixel);
    }
  }

  private rectOf({ startMs, stopMs, lane }: ClientPart, pixel: number): Rect {
    const x = this.xOf(startMs);
    const y = this.chart.valToPos(lane, 'y', true);
    const laneHeight = this.chart.valToPos(lane + 1, 'y', true) - y;
    const width = this.xOf(stopMs) - x;
    return {
      x,
      y: laneHeight >= 4 * pixel ? y + pixel / 2 : y,
      width: Math.max(pixel, width > 4 * pixel ? width - pixel : width),
      height: Math.max(pixel, laneHeight >= 4 * pixel ? laneHeight - pixel : laneHeight),
    };
  }

  private xOf(ms: number): number {
    return this.chart.valToPos(ms / 1000, 'x', true);
  }
}

const STATE_FILLS: Record<string, string> = {
  FAILED: 'bad-fill',
  TIMED_OUT: 'bad-fill',
  ABORTED: 'bad-fill',
  RUNNING: 'run-fill',
};

const STATE_EDGES: Record<string, string> = { FAILED: 'bad', TIMED_OUT: 'bad', ABORTED: 'bad', RUNNING: 'run' };
