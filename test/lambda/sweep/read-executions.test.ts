import type { ExecutionStatus, SFNClient } from '@aws-sdk/client-sfn';
import { readExecutions } from '../../../lambda/sweep/calls/sweep-destinations';
import type { Sweeper } from '../../../lambda/sweep/calls/sweeper';

interface Request {
  readonly constructor: { readonly name: string };
  readonly input: { readonly statusFilter?: ExecutionStatus };
}

/** Step Functions with one execution, which changes its status when running executions were listed. */
function sweeperOf(before: ExecutionStatus, after: ExecutionStatus) {
  let status = before;
  const calls: string[] = [];
  const send = ({ constructor, input: { statusFilter } }: Request) => {
    calls.push(constructor.name.replace('Command', ''));
    if (statusFilter === undefined) return Promise.resolve({ events: [] });
    const isListed = status === statusFilter;
    const execution = { executionArn: 'arn:one', status, startDate: new Date(0) };
    const stopDate = status === 'RUNNING' ? undefined : new Date(5_000);
    if (statusFilter === 'RUNNING') status = after;
    return Promise.resolve({ executions: isListed ? [{ ...execution, stopDate }] : [] });
  };
  const time = { now: () => 10_000, sleep: () => Promise.resolve() };
  const sfn = { client: { send } as unknown as SFNClient, time, record: () => undefined };
  const sweeper = { sfn, s3: { time }, stateMachineArn: 'arn:copy', keepForSeconds: 60, deadline: 20_000 };
  return { sweeper: sweeper as unknown as Sweeper, calls };
}

test.each<[string, ExecutionStatus, ExecutionStatus, string[]]>([
  ['is redriven between the lists', 'ABORTED', 'RUNNING', ['RUNNING']],
  ['ends between the lists', 'RUNNING', 'ABORTED', ['RUNNING', 'ABORTED']],
  ['runs on', 'RUNNING', 'RUNNING', ['RUNNING']],
])('an execution that %s is read', async (_, before, after, statuses) => {
  const { sweeper, calls } = sweeperOf(before, after);
  const executions = await readExecutions(sweeper, 0);
  expect(executions!.map(({ status }) => status)).toEqual(statuses);
  expect(calls.filter((call) => call === 'GetExecutionHistory')).toHaveLength(statuses.length);
});
