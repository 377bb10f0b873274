import type { ExecutionListItem, SFNClient } from '@aws-sdk/client-sfn';
import { ChildRetries } from '../../../bin/aws/child-retries';
import { at, child, MAP_RUN_ARN, Recording } from '../report/recording';

const mapRun = { mapRunArn: MAP_RUN_ARN } as Parameters<ChildRetries['look']>[0];

/** Step Functions with these children, each with the retries of its number; it counts the calls. */
function stepFunctions(children: readonly ExecutionListItem[], retriesOf: (index: number) => number) {
  const calls: string[] = [];
  const send = ({ constructor, input }: { constructor: { name: string }; input: { executionArn?: string } }) => {
    calls.push(constructor.name.replace('Command', ''));
    if (input.executionArn === undefined) return Promise.resolve({ executions: children });
    const history = new Recording().start(0, {}).enter(0, 'Task', 'CopyPartInChild', {});
    const retries = retriesOf(Number(input.executionArn.slice(-12)));
    for (let index = 0; index < retries; index++) history.call(index, 'CopyPart', {}).fail(index, 'Throttled', 'slow');
    history.call(retries, 'CopyPart', {});
    return Promise.resolve({ events: history.events });
  };
  return { sfn: { send } as unknown as SFNClient, calls };
}

test('counts the retries of children that take longer than a part should, ten at a look', async () => {
  const children = Array.from({ length: 25 }, (_, index) => child(index, 'RUNNING', index < 15 ? 0 : 50, undefined));
  const { sfn, calls } = stepFunctions(children, () => 2);
  const retries = new ChildRetries(sfn);
  await retries.look(mapRun, 20, at(60).getTime());
  expect(retries.count).toBe(20);
  expect(calls).toEqual(['ListExecutions', ...Array<string>(10).fill('GetExecutionHistory')]);
  await retries.look(mapRun, 20, at(60).getTime());
  expect(retries.count).toBe(30);
});

test('reads again what was read longest ago, and keeps what was seen of children that have ended', async () => {
  const children = [child(1, 'RUNNING', 0, undefined), child(2, 'RUNNING', 0, undefined)];
  let tries = 1;
  const { sfn } = stepFunctions(children, () => tries);
  const retries = new ChildRetries(sfn);
  await retries.look(mapRun, 20, at(60).getTime());
  expect(retries.count).toBe(2);
  tries = 4;
  children.pop();
  await retries.look(mapRun, 20, at(70).getTime());
  expect(retries.count).toBe(5);
});

test('no child is read while none takes too long, and no look fails the watch', async () => {
  const { sfn, calls } = stepFunctions([child(1, 'RUNNING', 0, undefined)], () => 1);
  await new ChildRetries(sfn).look(mapRun, 20, at(19).getTime());
  expect(calls).toEqual(['ListExecutions']);
  let asked = 0;
  const send = () => {
    asked++;
    return Promise.reject(new Error('AccessDeniedException'));
  };
  const denied = new ChildRetries({ send } as unknown as SFNClient);
  await denied.look(mapRun, 20, at(60).getTime());
  await denied.look(mapRun, 20, at(60).getTime());
  expect({ count: denied.count, asked }).toEqual({ count: 0, asked: 1 });
});
