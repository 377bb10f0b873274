/** A request that was answered, or whose connection ended before it was. */
export interface RequestLogEntry {
  /** ISO 8601. */
  readonly time: string;
  /** S3's name, or `Unknown` when the request named no operation. */
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  /** The access key id, or `anonymous`. */
  readonly principal: string;
  /** 0 when the connection was cut without an answer. */
  readonly status: number;
  readonly errorCode?: string;
  /** Bytes of object data in the request and the answer together. */
  readonly bytes: number;
  readonly milliseconds: number;
}

const MAX_ENTRIES = 100_000;

/** What was asked, counted exactly; of the entries the last 100,000 are kept. */
export class RequestLog {
  private readonly byOperation = new Map<string, number>();
  private kept: RequestLogEntry[] = [];

  /** @param sink gets every entry as it is made, for a log file or a terminal. */
  constructor(private readonly sink?: (entry: RequestLogEntry) => void) {}

  add(entry: RequestLogEntry): void {
    this.byOperation.set(entry.operation, (this.byOperation.get(entry.operation) ?? 0) + 1);
    this.kept.push(entry);
    if (this.kept.length >= 2 * MAX_ENTRIES) this.kept = this.kept.slice(-MAX_ENTRIES);
    this.sink?.(entry);
  }

  /** Requests by operation, in alphabetical order; failed ones count too. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.byOperation].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  entries(): readonly RequestLogEntry[] {
    return this.kept.slice(-MAX_ENTRIES);
  }

  clear(): void {
    this.byOperation.clear();
    this.kept = [];
  }
}
