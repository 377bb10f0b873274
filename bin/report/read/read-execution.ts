import {
  type DescribeExecutionOutput,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  type ExecutionListItem,
  type HistoryEvent,
  paginateGetExecutionHistory,
  paginateListExecutions,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { ExecutionData, MapRunData } from '../execution-data';
import { chooseChildren } from './choose-children';
import { hasExpressChildren } from './express-children';
import { Pace } from './pace';

/** Results of one page, the most that the API gives. */
const PAGE = 1000;

/** Calls for children at the same time. */
const PARALLEL = 8;

/**
 * Calls of GetExecutionHistory at once, and then in a second. Step Functions allows an account 400 and 20 (Step Functions
 * quotas, API action throttling); the rest is left to others.
 */
const BURST = 300;
const PER_SECOND = 15;

export interface ReadOptions {
  /** Child executions whose history is read, each by one call; `all`: of every child. */
  readonly details: number | 'all';
  /** Whether calls may be made as fast as they are answered, since no quota is shared with anybody. */
  readonly unpaced?: boolean;
  readonly onProgress?: (message: string) => void;
}

/** Reading an execution failed; the message says what to do. */
export class UnreadableExecution extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableExecution';
  }
}

/**
 * Asks Step Functions for one execution of a Standard workflow: DescribeExecution, GetExecutionHistory and
 * DescribeStateMachineForExecution; for each Map Run DescribeMapRun, ListExecutions (a call for 1,000 children) and
 * GetExecutionHistory of some children, or DescribeExecution if they are Express executions.
 *
 * @throws UnreadableExecution if there is no such execution, or it may not be read. What else may not be read is named in
 *   `missing`.
 */
export async function readExecution(
  client: SFNClient,
  executionArn: string,
  options: ReadOptions,
): Promise<ExecutionData> {
  const execution = await describe(client, executionArn);
  options.onProgress?.('reading the history');
  const reader = new Reader(client, options);
  const events = (await reader.optional('The history', reader.history(executionArn))) ?? [];
  const definition = await reader.optional('The definition', reader.definition(executionArn));
  const mapRuns: MapRunData[] = [];
  for (const mapRunArn of mapRunsOf(events)) {
    const isExpress = hasExpressChildren(definition, mapRunArn);
    const mapRun = await reader.optional('A Map Run', reader.mapRun(mapRunArn, isExpress));
    if (mapRun !== undefined) mapRuns.push(mapRun);
  }
  return {
    readAt: Date.now(),
    execution,
    events,
    ...(definition !== undefined && { definition }),
    mapRuns,
    missing: reader.missing,
  };
}

async function describe(client: SFNClient, executionArn: string): Promise<DescribeExecutionOutput> {
  try {
    return await client.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    throw unreadable(executionArn, error as Error);
  }
}

function unreadable(executionArn: string, { name, message }: Error): UnreadableExecution {
  if (name === 'ExecutionDoesNotExist') {
    return new UnreadableExecution(
      `${executionArn} does not exist; Step Functions forgets executions 90 days after their end. Check the ARN, --region and --profile`,
    );
  }
  if (name === 'InvalidArn') {
    return new UnreadableExecution(`${executionArn} is not the ARN of an execution of a Standard workflow: ${message}`);
  }
  if (name === 'CredentialsProviderError') {
    return new UnreadableExecution(
      'there are no AWS credentials; use --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (a local endpoint takes any)',
    );
  }
  return new UnreadableExecution(`DescribeExecution of ${executionArn}: ${name}: ${message}`);
}

/** In the order of their start. A redrive does not start a Map Run anew. */
function mapRunsOf(events: readonly HistoryEvent[]): string[] {
  return events.flatMap(({ mapRunStartedEventDetails }) => mapRunStartedEventDetails?.mapRunArn ?? []);
}

class Reader {
  readonly missing: string[] = [];
  private readonly pace = new Pace(BURST, PER_SECOND);

  constructor(
    private readonly client: SFNClient,
    private readonly options: ReadOptions,
  ) {}

  /** What a report can do without: if it cannot be read, it is named in `missing`. */
  async optional<T>(what: string, answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      const { name, message } = error as Error;
      this.missing.push(`${what} could not be read: ${name}: ${message}`);
      return undefined;
    }
  }

  async history(executionArn: string): Promise<HistoryEvent[]> {
    const pages = paginateGetExecutionHistory({ client: this.client }, { executionArn, maxResults: PAGE });
    const events: HistoryEvent[] = [];
    for await (const page of pages) events.push(...(page.events ?? []));
    return events;
  }

  async definition(executionArn: string): Promise<string | undefined> {
    const command = new DescribeStateMachineForExecutionCommand({ executionArn });
    return (await this.client.send(command)).definition;
  }

  async mapRun(mapRunArn: string, isExpress: boolean): Promise<MapRunData> {
    const mapRun = await this.client.send(new DescribeMapRunCommand({ mapRunArn }));
    const children: ExecutionListItem[] = [];
    const pages = paginateListExecutions({ client: this.client }, { mapRunArn, maxResults: PAGE });
    for await (const page of pages) children.push(...(page.executions ?? []));
    const { details } = this.options;
    const chosen = chooseChildren(children, details === 'all' ? children.length : details);
    if (!isExpress) {
      const histories = await this.each('The history of some parts', chosen, (arn) => this.history(arn));
      return { mapRun, children, histories };
    }
    const express = await this.each('Some parts', chosen, (executionArn) =>
      this.client.send(new DescribeExecutionCommand({ executionArn })),
    );
    return { mapRun, children, histories: new Map(), express };
  }

  /** Of as many as can be read: the first error ends it. */
  private async each<T>(
    what: string,
    executionArns: readonly string[],
    read: (executionArn: string) => Promise<T>,
  ): Promise<Map<string, T>> {
    const found = new Map<string, T>();
    const left = [...executionArns].reverse();
    const work = async (): Promise<void> => {
      for (let arn = left.pop(); arn !== undefined; arn = left.pop()) {
        if (!this.options.unpaced) await this.pace.take();
        found.set(arn, await read(arn));
        this.options.onProgress?.(`reading parts: ${found.size} of ${executionArns.length}`);
      }
    };
    const workers = Array.from({ length: PARALLEL }, () =>
      work().finally(() => {
        left.length = 0;
      }),
    );
    await this.optional(what, Promise.all(workers));
    await Promise.allSettled(workers);
    return found;
  }
}
