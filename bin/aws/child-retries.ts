import {
  type DescribeMapRunOutput,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { readHistory, retriesOf } from '../report/model/history';

/**
 * Maximum number of histories that one look reads, with one call each. The account has a quota of 20 such calls per
 * second, which other commands share.
 */
const CHILDREN = 10;

/** Maximum number of results of one page. */
const PAGE = 1000;

/**
 * Counts retries of parts in the child executions of Distributed Maps. DescribeMapRun does not return them, and reading
 * every child would take hundreds of calls. A part that is retried takes longer than others, so a look reads only
 * children that run longer than expected, with one ListExecutions and at most ten calls of GetExecutionHistory. The
 * count includes only the retries that were seen; there may have been more.
 */
export class ChildRetries {
  /** By child; the child that was read longest ago comes first. */
  private readonly seen = new Map<string, number>();
  /** Map Runs that cannot be read: Express children have no history, and the caller may lack a permission. */
  private readonly unreadable = new Set<string>();

  constructor(private readonly sfn: SFNClient) {}

  get count(): number {
    return [...this.seen.values()].reduce((sum, retries) => sum + retries, 0);
  }

  /**
   * Reads children that run longer than expected. Children that cannot be read are not counted.
   *
   * @param partSeconds expected duration of a part
   * @param now milliseconds since 1970
   */
  async look({ mapRunArn = '' }: DescribeMapRunOutput, partSeconds: number, now: number): Promise<void> {
    if (this.unreadable.has(mapRunArn)) return;
    try {
      const running = new ListExecutionsCommand({ mapRunArn, statusFilter: 'RUNNING', maxResults: PAGE });
      const { executions = [] } = await this.sfn.send(running);
      const slow = executions.filter((child) => secondsOf(child, now) > partSeconds);
      for (const executionArn of this.next(slow)) await this.read(executionArn);
    } catch {
      this.unreadable.add(mapRunArn);
    }
  }

  /** First children that were not read yet, the slowest first; then those that were read longest ago. */
  private next(slow: readonly ExecutionListItem[]): string[] {
    const arns = [...slow]
      .sort((a, b) => (a.startDate?.getTime() ?? 0) - (b.startDate?.getTime() ?? 0))
      .flatMap(({ executionArn }) => executionArn ?? []);
    const current = new Set(arns);
    const known = [...this.seen.keys()].filter((arn) => current.has(arn));
    return [...arns.filter((arn) => !this.seen.has(arn)), ...known].slice(0, CHILDREN);
  }

  private async read(executionArn: string): Promise<void> {
    const { events = [] } = await this.sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: PAGE }));
    const retries = readHistory(events, 0, 'RUNNING').reduce((sum, { attempts }) => sum + retriesOf(attempts), 0);
    this.seen.delete(executionArn);
    this.seen.set(executionArn, retries);
  }
}

function secondsOf({ startDate }: ExecutionListItem, now: number): number {
  return startDate === undefined ? 0 : (now - startDate.getTime()) / 1000;
}
