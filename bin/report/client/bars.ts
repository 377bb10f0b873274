import { color } from './chart';
import { type ClientPart, isMarked } from './data';

/** A rectangle of the canvas, in its pixels. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

type Style = 'done' | 'unread' | 'retried' | 'bad' | 'aborted' | 'running';

const FILLS: Record<Style, string> = {
  done: 'bar',
  unread: 'bar-plain',
  retried: 'bar-retried',
  bad: 'bar-bad',
  aborted: 'bar-aborted',
  running: 'run',
};

export function styleOf(part: ClientPart): Style {
  if (part.outcome === 'RUNNING') return 'running';
  if (part.outcome === 'ABORTED') return 'aborted';
  if (part.outcome !== 'SUCCEEDED') return 'bad';
  if (part.tries === undefined) return 'unread';
  return isMarked(part) ? 'retried' : 'done';
}

/** Draws the parts that have a rectangle. Notable parts are drawn last, above the others. */
export function drawBars(
  context: CanvasRenderingContext2D,
  bars: readonly { readonly part: ClientPart; readonly rect: Rect }[],
  pixel: number,
): void {
  const byStyle = new Map<Style, Rect[]>();
  for (const { part, rect } of bars) {
    const style = styleOf(part);
    const list = byStyle.get(style);
    if (list === undefined) byStyle.set(style, [rect]);
    else list.push(rect);
  }
  for (const style of Object.keys(FILLS) as Style[]) {
    context.fillStyle = color(FILLS[style]);
    for (const rect of byStyle.get(style) ?? []) fill(context, rect, style, pixel);
  }
}

function fill(context: CanvasRenderingContext2D, { x, y, width, height }: Rect, style: Style, pixel: number): void {
  if (style !== 'running') {
    context.fillRect(x, y, width, height);
    return;
  }
  // A running part has stripes, so that it can be distinguished from ended ones without colours.
  for (let left = x; left < x + width; left += 6 * pixel) {
    context.fillRect(left, y, Math.min(3 * pixel, x + width - left), height);
  }
}

/** Outlines the parts of the critical path. If the lanes are too thin for an outline, the parts are filled. */
export function drawCritical(context: CanvasRenderingContext2D, rects: readonly Rect[], pixel: number): void {
  context.fillStyle = context.strokeStyle = color('critical');
  context.lineWidth = 1.5 * pixel;
  for (const { x, y, width, height } of rects) {
    if (height < 6 * pixel) context.fillRect(x, y - pixel / 2, width, Math.max(height, 2 * pixel));
    else context.strokeRect(x, y, width, height);
  }
}

export function drawSelected(context: CanvasRenderingContext2D, { x, y, width, height }: Rect, pixel: number): void {
  context.strokeStyle = color('link');
  context.lineWidth = 2 * pixel;
  context.strokeRect(x - 2 * pixel, y - 2 * pixel, width + 4 * pixel, height + 4 * pixel);
}

/** Draws a triangle for a throttled try, and a diamond for another failure. */
export function drawTry(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  isThrottled: boolean,
  pixel: number,
): void {
  const r = 4 * pixel;
  context.beginPath();
  if (isThrottled) {
    context.moveTo(x - r, y - r);
    context.lineTo(x + r, y - r);
    context.lineTo(x, y + r);
  } else {
    context.moveTo(x, y - r);
    context.lineTo(x + r, y);
    context.lineTo(x, y + r);
    context.lineTo(x - r, y);
  }
  context.closePath();
  context.fillStyle = color(isThrottled ? 'warn' : 'bad');
  context.fill();
  context.strokeStyle = color('page');
  context.lineWidth = pixel;
  context.stroke();
}
