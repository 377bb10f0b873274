import { checkDefinition } from '../../../../local/workflow/asl/check';
import { type AslDefinition, eachExpression, eachState } from '../../../../local/workflow/asl/definition';
import { InvalidDefinition, UnsupportedDefinition } from '../../../../local/workflow/errors';

const pass = { Type: 'Pass', End: true };
const arn = 'arn:aws:lambda:us-east-1:123456789012:function:f';
const processor = { StartAt: 'P', States: { P: pass } };
const distributed = {
  Type: 'Map',
  ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...processor },
  End: true,
};
const machine = (state: object): object => ({ StartAt: 'A', States: { A: state } });
const invoke = (parameters: object): object =>
  machine({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: 'f', ...parameters },
    End: true,
  });

function check(definition: object, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): void {
  checkDefinition(definition as AslDefinition, 'Machine', type);
}

describe('what the local run does not support is refused by name:', () => {
  test.each<[string, object, RegExp]>([
    ['JSONata', { QueryLanguage: 'JSONata', ...machine(pass) }, /State machine Machine is in JSONata/],
    [
      'JSONata of a state',
      machine({ ...pass, QueryLanguage: 'JSONata', Output: '{% $states.input %}' }),
      /State A of Machine is in JSONata/,
    ],
    ['Assign', machine({ ...pass, Assign: { a: 1 } }), /Assign.*variables/],
    ['a variable', machine({ ...pass, Parameters: { 'a.$': '$a.b' } }), /reads the variable \$a\.b/],
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
    ['an ItemBatcher', machine({ ...distributed, ItemBatcher: { MaxItemsPerBatch: 10 } }), /ItemBatcher/],
    [
      'a ResultWriter',
      machine({
        ...distributed,
        ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b', Prefix: 'p' } },
      }),
      /ResultWriter/,
    ],
    [
      'Credentials',
      machine({ Type: 'Task', Resource: arn, Credentials: { RoleArn: 'arn:aws:iam::111122223333:role/r' }, End: true }),
      /Credentials/,
    ],
    [
      'a task token',
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
      'an action of Step Functions that changes something',
      machine({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sfn:stopExecution', End: true }),
      /aws-sdk:sfn:stopExecution.*actions of Step Functions that only read/,
    ],
    [
      'an integration that waits for a token',
      machine({
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Parameters: { FunctionName: 'f' },
        End: true,
      }),
      /waitForTaskToken/,
    ],
    ['an asynchronous invocation', invoke({ InvocationType: 'Event' }), /InvocationType Event/],
    ['a client context', invoke({ 'ClientContext.$': '$.c' }), /parameter ClientContext/],
  ])('%s', (_name, definition, message) => {
    expect(() => check(definition)).toThrow(UnsupportedDefinition);
    expect(() => check(definition)).toThrow(message);
  });
});

describe('what Step Functions would not deploy is an invalid definition:', () => {
  test.each<[string, object, RegExp]>([
    ['a transition to nowhere', machine({ Type: 'Pass', Next: 'Gone' }), /there is no state "Gone"/],
    ['a start at nowhere', { StartAt: 'Gone', States: { A: pass } }, /there is no state "Gone"/],
    [
      'a Catch to nowhere',
      machine({ Type: 'Task', Resource: arn, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Gone' }], End: true }),
      /"Gone"/,
    ],
    [
      'a transition out of a Map',
      {
        StartAt: 'M',
        States: {
          M: {
            ...distributed,
            ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', Next: 'B' } } },
            Next: 'B',
            End: undefined,
          },
          B: pass,
        },
      },
      /there is no state "B" beside P/,
    ],
    ['a state that cannot be reached', { StartAt: 'A', States: { A: pass, B: pass } }, /"B" is not reachable/],
    [
      'a loop without an end',
      { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } },
      /none of A, B ends/,
    ],
    [
      'two states of one name',
      {
        StartAt: 'A',
        States: { A: { Type: 'Map', ItemProcessor: { StartAt: 'B', States: { B: pass } }, Next: 'B' }, B: pass },
      },
      /several states "B"/,
    ],
    ['a state without Next and End', machine({ Type: 'Pass' }), /not valid/],
    ['an unknown type', machine({ Type: 'Jump', End: true }), /not valid/],
    ['a path that is none', machine({ ...pass, InputPath: 'a.b' }), /not valid/],
    [
      'a function that does not exist',
      machine({ ...pass, Parameters: { 'a.$': 'States.Reverse($.a)' } }),
      /Reverse|not valid/,
    ],
    [
      'two ways to time out',
      machine({ Type: 'Task', Resource: arn, TimeoutSeconds: 1, TimeoutSecondsPath: '$.t', End: true }),
      /TimeoutSeconds/,
    ],
  ])('%s', (_name, definition, message) => {
    const text = JSON.parse(JSON.stringify(definition)) as object;
    expect(() => check(text)).toThrow(InvalidDefinition);
    expect(() => check(text)).toThrow(message);
  });

  test('a distributed Map in an Express state machine', () => {
    expect(() => check(machine(distributed))).not.toThrow();
    expect(() => check(machine(distributed), 'EXPRESS')).toThrow(/a state machine of type EXPRESS cannot have/);
  });
});

test('payloads may hold what looks like a part of a definition', () => {
  const payload = { Next: 'Gone', Default: 'Gone', States: 'texts', StartAt: 'Gone', Type: 'Jump' };
  expect(() => check(machine({ ...pass, Result: payload }))).not.toThrow();
  expect(() => check(machine({ ...pass, Parameters: payload }))).not.toThrow();
});

test('a state may be called Next', () => {
  expect(() =>
    check({ StartAt: 'Next', States: { Next: { Type: 'Pass', Next: 'Default' }, Default: pass } }),
  ).not.toThrow();
});

test('the definition is not changed', () => {
  const definition = machine(distributed);
  const before = JSON.stringify(definition);
  check(definition);
  expect(JSON.stringify(definition)).toBe(before);
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

test('eachExpression visits paths and functions, not text and not where results go', () => {
  const found: string[] = [];
  eachExpression(
    {
      Type: 'Task',
      Comment: '$.comment',
      InputPath: '$.in',
      ResultPath: '$.out',
      Parameters: { 'a.$': '$.a', SecondsPath: '$.text', b: { 'c.$': 'States.UUID()' } },
      Choices: [{ Variable: '$.v', StringEqualsPath: '$.w', StringEquals: '$.text' }],
      Result: { 'x.$': '$.text' },
    },
    (expression) => found.push(expression),
  );
  expect(found).toEqual(['$.in', '$.a', 'States.UUID()', '$.v', '$.w']);
});
