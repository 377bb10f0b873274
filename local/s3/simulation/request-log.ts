/** A request that was answered, or whose connection was closed before. */
export interface RequestLogEntry {
  /** ISO 8601. */
  readonly time: string;
  /** The name of the operation, or `Unknown`. */
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  /** The access key ID, or `anonymous`. */
  readonly principal: string;
  /** 0 if the connection was closed without an answer. */
  readonly status: number;
  readonly errorCode?: string;
  /** Bytes of object data in the request and the response together. */
  readonly bytes: number;
  readonly milliseconds: number;
}

const MAX_ENTRIES = 100_000;

/** Counts all requests and keeps the last 100,000 entries. */
export class RequestLog {
  private readonly byOperation = new Map<string, number>();
  private kept: RequestLogEntry[] = [];

  /** @param sink called with each new entry, for example to write it to a file */
  constructor(private readonly sink?: (entry: RequestLogEntry) => void) {}

  add(entry: RequestLogEntry): void {
    this.byOperation.set(entry.operation, (this.byOperation.get(entry.operation) ?? 0) + 1);
    this.kept.push(entry);
    if (this.kept.length >= 2 * MAX_ENTRIES) this.kept = this.kept.slice(-MAX_ENTRIES);
    this.sink?.(entry);
  }

  /** Number of requests by operation, in alphabetical order, including failed ones. */
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
