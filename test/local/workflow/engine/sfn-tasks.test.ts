import { Engine, named, task } from './run';

const sfn = (action: string, fields: object): object => ({
  Type: 'Task',
  Resource: `arn:aws:states:::aws-sdk:sfn:${action}`,
  ...fields,
});

/** A distributed Map of which the item 2 fails, and what its Catch leads to. */
function afterFailedMap(states: Record<string, object>): object {
  return {
    StartAt: 'Map',
    States: {
      Map: {
        Type: 'Map',
        Label: 'CopyParts',
        ItemsPath: '$.parts',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'P',
          States: { P: { ...task('part'), End: true } },
        },
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: Object.keys(states)[0] }],
        End: true,
      },
      ...states,
    },
  };
}

const functions = {
  part: (item: number) => {
    if (item === 2) throw named('Broken', 'part 2');
    return item;
  },
};

test('a Task finds the error of the child that failed', async () => {
  const definition = afterFailedMap({
    ListMapRuns: sfn('listMapRuns', {
      Parameters: { 'ExecutionArn.$': '$$.Execution.Id' },
      Next: 'ListExecutions',
    }),
    ListExecutions: sfn('listExecutions', {
      Parameters: { 'MapRunArn.$': '$.MapRuns[0].MapRunArn', StatusFilter: 'FAILED', MaxResults: 50 },
      Next: 'DescribeExecution',
    }),
    DescribeExecution: sfn('describeExecution', {
      Parameters: { 'ExecutionArn.$': '$.Executions[0].ExecutionArn' },
      End: true,
    }),
  });
  const engine = new Engine(definition, { functions });
  const { output, history } = await engine.run({ parts: [1, 2, 3] });

  expect(output).toMatchObject({ Status: 'FAILED', Error: 'Broken', Input: '2' });
  expect((output as { StartDate: string }).StartDate).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(history.find(({ type }) => type === 'TaskScheduled')).toMatchObject({
    details: { resource: 'listMapRuns', resourceType: 'aws-sdk:sfn' },
  });
});

test('an error has the name of the exception in the AWS SDK for Java', async () => {
  const ExecutionArn = 'arn:aws:states:us-east-1:123456789012:execution:Machine:none';
  const definition = {
    StartAt: 'A',
    States: { A: sfn('describeExecution', { Parameters: { ExecutionArn }, End: true }) },
  };
  expect(await new Engine(definition).run()).toMatchObject({
    status: 'FAILED',
    error: 'Sfn.ExecutionDoesNotExistException',
    cause: expect.stringContaining(ExecutionArn),
  });
});
