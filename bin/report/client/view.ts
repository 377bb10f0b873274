/** A range of time and of workers that both charts show. */
export class View {
  private readonly listeners: (() => void)[] = [];
  minMs: number;
  maxMs: number;
  minLane: number;
  maxLane: number;

  constructor(
    readonly endMs: number,
    readonly lanes: number,
  ) {
    this.minMs = 0;
    this.maxMs = endMs;
    this.minLane = 0;
    this.maxLane = lanes;
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  showAll(): void {
    this.minLane = 0;
    this.maxLane = this.lanes;
    this.showTime(0, this.endMs);
  }

  showTime(minMs: number, maxMs: number): void {
    const width = Math.min(this.endMs, Math.max(maxMs - minMs, Math.min(50, this.endMs)));
    this.minMs = clamp(minMs, 0, this.endMs - width);
    this.maxMs = this.minMs + width;
    for (const listener of this.listeners) listener();
  }

  /**
   * @param factor zooms in if it is below 1
   * @param aroundMs the time that keeps its position
   */
  zoom(factor: number, aroundMs = (this.minMs + this.maxMs) / 2): void {
    const share = (aroundMs - this.minMs) / (this.maxMs - this.minMs);
    const width = (this.maxMs - this.minMs) * factor;
    this.showTime(aroundMs - share * width, aroundMs + (1 - share) * width);
  }

  zoomLanes(factor: number, around: number): void {
    const count = clamp(Math.round((this.maxLane - this.minLane) * factor), Math.min(4, this.lanes), this.lanes);
    this.showLanes(Math.round(around - count / 2), count);
  }

  /** @param share fraction of the width of the view */
  pan(share: number): void {
    const by = (this.maxMs - this.minMs) * share;
    this.showTime(this.minMs + by, this.maxMs + by);
  }

  /** Moves the view by the minimum that makes this range visible. */
  reveal(startMs: number, stopMs: number, lane: number): void {
    const width = this.maxMs - this.minMs;
    if (stopMs < this.minMs || startMs > this.maxMs) {
      const middle = (startMs + stopMs) / 2;
      this.showTime(middle - width / 2, middle + width / 2);
    }
    const count = this.maxLane - this.minLane;
    if (lane < this.minLane || lane >= this.maxLane) this.showLanes(Math.round(lane - count / 2), count);
  }

  private showLanes(first: number, count: number): void {
    this.minLane = clamp(first, 0, this.lanes - count);
    this.maxLane = this.minLane + count;
    for (const listener of this.listeners) listener();
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
