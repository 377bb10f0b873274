import { join } from 'node:path';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LocalDeployment } from '../../../local/workflow';
import { eachState, replaceRoots, type AslDefinition } from '../../../local/workflow/asl';
import { cleanUp, newStack, runOnce, temporaryFolder } from './support';

afterEach(cleanUp);

const pass = { Type: 'Pass', End: true };
const distributed = {
  Type: 'Map',
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'P',
    States: { P: pass },
  },
  End: true,
};
const machine = (state: object): object => ({ StartAt: 'A', States: { A: state } });

async function run(definition: object, props: Partial<sfn.StateMachineProps> = {}): ReturnType<typeof runOnce> {
  const { app, stack } = newStack();
  const definitionBody = sfn.DefinitionBody.fromString(JSON.stringify(definition));
  new sfn.StateMachine(stack, 'Machine', { definitionBody, ...props });
  return runOnce(app);
}

test.each<[string, object, RegExp]>([
  ['JSONata', { QueryLanguage: 'JSONata', ...machine(pass) }, /JSONata/],
  ['JSONata of a state', machine({ ...pass, QueryLanguage: 'JSONata' }), /State A of Machine.*JSONata/],
  ['Assign', machine({ ...pass, Assign: { a: 1 } }), /Assign.*variables/],
  [
    'an ItemReader',
    machine({
      ...distributed,
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSON' },
        Parameters: { Bucket: 'b', Key: 'k' },
      },
    }),
    /ItemReader/,
  ],
  ['$$.State', machine({ ...pass, Parameters: { 'a.$': '$$.State.Name' } }), /reads \$\$\.State\.Name/],
  [
    '$$.Task in a nested state',
    machine({
      Type: 'Parallel',
      Branches: [
        { StartAt: 'B', States: { B: { ...pass, Parameters: { 'a.$': "States.Format('{}', $$.Task.Token)" } } } },
      ],
      End: true,
    }),
    /State B.*\$\$\.Task\.Token/,
  ],
  [
    'another service',
    machine({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true }),
    /calls arn:aws:states:::sqs:sendMessage/,
  ],
  [
    'a task token',
    machine({
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: 'f' },
      End: true,
    }),
    /waitForTaskToken/,
  ],
])('%s is refused by name before anything runs', async (_name, definition, message) => {
  await expect(run(definition)).rejects.toMatchObject({
    name: 'UnsupportedDefinition',
    message: expect.stringMatching(message),
  });
});

test.each<[string, object, Partial<sfn.StateMachineProps>, RegExp]>([
  ['a transition to nowhere', machine({ Type: 'Pass', Next: 'Gone' }), {}, /Gone/],
  ['a state without an end', machine({ Type: 'Pass' }), {}, /not valid/],
  [
    'a distributed Map in an Express state machine',
    machine(distributed),
    { stateMachineType: sfn.StateMachineType.EXPRESS },
    /EXPRESS cannot have/,
  ],
])('%s is an invalid definition', async (_name, definition, props, message) => {
  await expect(run(definition, props)).rejects.toMatchObject({
    name: 'InvalidDefinition',
    message: expect.stringMatching(message),
  });
});

test('a template without a definition', () => {
  const Resources = { Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { RoleArn: 'r' } } };
  const file = join(temporaryFolder({ 't.json': JSON.stringify({ Resources }) }), 't.json');
  expect(() => LocalDeployment.fromTemplate(file).stateMachine().definition).toThrow(/no StartAt and States/);
});

test('a state may be called Next', async () => {
  expect(
    await run({ StartAt: 'Next', States: { Next: { Type: 'Pass', Next: 'Default' }, Default: pass } }),
  ).toMatchObject({
    states: ['Next', 'Default'],
  });
});

test('eachState visits the states of Maps and branches', () => {
  const names: string[] = [];
  const definition = {
    StartAt: 'M',
    States: {
      M: { Type: 'Map', Iterator: { StartAt: 'I', States: { I: pass } }, Next: 'Q' },
      Q: { Type: 'Parallel', Branches: [machine(pass)], End: true },
    },
  };
  eachState(definition as unknown as AslDefinition, (name) => names.push(name));
  expect(names).toEqual(['M', 'I', 'Q', 'A']);
});

test.each([
  ['$', 'ROOT'],
  ['$.a.b', 'ROOT.a.b'],
  ['$$.Map.Item.Value', 'CONTEXT.Map.Item.Value'],
  ["States.Format('$ and $$ \\' $ {}', $.a)", "States.Format('$ and $$ \\' $ {}', ROOT.a)"],
])('replaceRoots(%s)', (expression, expected) => {
  expect(replaceRoots(expression, (root) => (root === '$' ? 'ROOT' : 'CONTEXT'))).toBe(expected);
});
