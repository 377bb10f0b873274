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

/** Results per page: the maximum of the API. */
const PAGE = 1000;

/** Number of simultaneous calls for children. */
const PARALLEL = 8;

/**
 * The burst and the rate per second of GetExecutionHistory calls. Step Functions allows 400 and 20 for an account ("Quotas related to API
 * action throttling", Step Functions Developer Guide), so other callers can use the rest.
 */
const BURST = 300;
const PER_SECOND = 15;

export interface ReadOptions {
  /** Maximum number of child executions whose history is read, or `all`. Each needs one call. */
  readonly details: number | 'all';
  /** Whether the rate of calls is not limited, because there is no quota. */
  readonly unpaced?: boolean;
  readonly onProgress?: (message: string) => void;
}

/** An execution could not be read. The message says what to do. */
export class UnreadableExecution extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableExecution';
  }
}

/**
 * Reads one execution of a Standard workflow by DescribeExecution, GetExecutionHistory and DescribeStateMachineForExecution; for each Map
 * Run by DescribeMapRun, ListExecutions (one call for 1,000 children) and GetExecutionHistory of some children, or DescribeExecution if
 * they are Express executions.
 *
 * @throws UnreadableExecution if the execution does not exist, or the caller is not allowed to read it. Other data that cannot be read is
 *   named in `missing`.
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
      `${executionArn} does not exist; Step Functions deletes executions 90 days after their end. Check the ARN, --region and --profile`,
    );
  }
  if (name === 'InvalidArn') {
    return new UnreadableExecution(`${executionArn} is not the ARN of an execution of a Standard workflow: ${message}`);
  }
  if (name === 'CredentialsProviderError') {
    return new UnreadableExecution(
      'there are no AWS credentials; use --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (a local endpoint accepts any credentials)',
    );
  }
  return new UnreadableExecution(`DescribeExecution of ${executionArn}: ${name}: ${message}`);
}

/** ARNs of the Map Runs in the order of their start. A redrive does not start a new Map Run. */
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

  /** Reads data that a report does not require. If this fails, it is named in `missing`. */
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

  /** Reads data of several executions. The first error ends this, and the data that was read before is returned. */
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
