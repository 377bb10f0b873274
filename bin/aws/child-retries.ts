import {
  type DescribeMapRunOutput,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { readHistory, retriesOf } from '../report/model/history';

/** Children whose history is read at one look, by a call each. The account has 20 such calls a second, of which others need some. */
const CHILDREN = 10;

/** Results of one page, the most that the API gives. */
const PAGE = 1000;

/**
 * Counts retries of parts in the child executions of Distributed Maps. DescribeMapRun does not tell them, and reading every child would
 * take hundreds of calls. So a look reads only children that take longer than a part should, since a part that is retried does: one
 * ListExecutions, and at most ten calls of GetExecutionHistory. The count is what was seen: there may have been more.
 */
export class ChildRetries {
  /** By child, the one that was read longest ago first. */
  private readonly seen = new Map<string, number>();
  /** Map Runs that cannot be looked at: Express children have no history, and the caller may lack a permission. */
  private readonly unreadable = new Set<string>();

  constructor(private readonly sfn: SFNClient) {}

  get count(): number {
    return [...this.seen.values()].reduce((sum, retries) => sum + retries, 0);
  }

  /**
   * Reads children that run for longer than a part should. What cannot be read is not counted.
   *
   * @param partSeconds how long a part should take
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

  /** Those that were not read yet, the slowest first; then those that were read longest ago. */
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
