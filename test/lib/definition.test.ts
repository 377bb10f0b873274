import * as language from 'amazon-states-language-service';
import { Size } from 'aws-cdk-lib';
import { ChildExecutions } from '../../lib';
import { ErrorName, STEPS } from '../../lib/private/protocol';
import { allStates, definitionOf, type Definition, type State, successors } from '../asl';
import { copy } from './support';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- it has no types
const aslValidator = require('asl-validator') as (definition: unknown) => {
  isValid: boolean;
  errorsText: () => string;
};

let definition: Definition;
let states: Record<string, State>;

beforeAll(() => {
  definition = definitionOf(copy({ partSize: Size.mebibytes(8) }).template());
  states = Object.fromEntries(allStates(definition));
});

const WORKERS: [string, string, number][] = [
  ['Plan', 'CopyPlanFunction', 75],
  ['Begin', 'CopyBeginFunction', 75],
  ['CopyPart', 'CopyCopyPartFunction', 915],
  ['CopyPartInChild', 'CopyCopyPartFunction', 915],
  ['CheckParts', 'CopyCheckPartsFunction', 315],
  ['Complete', 'CopyCompleteFunction', 915],
  ['Verify', 'CopyVerifyFunction', 915],
  ['Abort', 'CopyAbortFunction', 315],
  ['AbortLateParts', 'CopyAbortFunction', 315],
  ['CopyObject', 'CopyCopyObjectFunction', 915],
];

/** Tasks that ask Step Functions itself. */
const LOOKS = ['ListMapRuns', 'ListFailedChildren', 'DescribeChild'];

const MAPS = ['CopyParts', 'CopyPartsDistributed'];

test('starts at Plan', () => {
  expect(definition.StartAt).toBe('Plan');
});

const STATES: [string, string, string[]][] = [
  ['Plan', 'Task', ['Route']],
  ['Route', 'Choice', ['FanOut', 'Begin', 'CopyObject', 'Done']],
  ['CopyObject', 'Task', ['Verify']],
  ['Begin', 'Task', ['FanOut', 'NotBegun']],
  ['NotBegun', 'Pass', ['Failed']],
  ['FanOut', 'Choice', ['Refused', 'CopyParts', 'CopyPartsDistributed']],
  ['Refused', 'Pass', ['Failed']],
  ['CopyParts', 'Map', ['CheckParts', 'Failed']],
  ['CopyPartsDistributed', 'Map', ['CheckParts', 'Failed']],
  ['CopyPart', 'Task', []],
  ['CopyPartInChild', 'Task', []],
  ['CheckParts', 'Task', ['Complete', 'Failed']],
  ['Complete', 'Task', ['Verify', 'Failed']],
  ['Verify', 'Task', ['Done', 'Fail', 'VerifyFailed']],
  ['VerifyFailed', 'Choice', ['NotVerified', 'VerifyFailedWithoutCause']],
  ['VerifyFailedWithoutCause', 'Pass', ['NotVerified']],
  ['NotVerified', 'Pass', ['Fail']],
  ['Failed', 'Choice', ['WhichError', 'FailedWithoutCause']],
  ['FailedWithoutCause', 'Pass', ['WhichError']],
  ['Abort', 'Task', ['PartsInFlight', 'AbortNotRun']],
  ['PartsInFlight', 'Choice', ['WaitForParts', 'UploadAborted']],
  ['WaitForParts', 'Wait', ['AbortLateParts']],
  ['AbortLateParts', 'Task', ['UploadAborted', 'AbortNotRun']],
  ['AbortNotRun', 'Pass', ['UploadAborted']],
  ['WhichError', 'Choice', ['FindChildError', 'KeepUpload']],
  ['FindChildError', 'Pass', ['ListMapRuns']],
  ['ListMapRuns', 'Task', ['MapRunListed', 'LookAgain']],
  ['MapRunListed', 'Choice', ['ListFailedChildren', 'LookAgain']],
  ['ListFailedChildren', 'Task', ['ChildListed', 'LookAgain']],
  ['ChildListed', 'Choice', ['FirstFailedChild', 'LookAgain']],
  ['FirstFailedChild', 'Pass', ['DescribeChild']],
  ['DescribeChild', 'Task', ['ChildDescribed', 'LookAgain']],
  ['ChildDescribed', 'Choice', ['LookAgain', 'ChildError', 'ChildErrorWithoutCause']],
  ['ChildError', 'Pass', ['KeepUpload']],
  ['ChildErrorWithoutCause', 'Pass', ['KeepUpload']],
  ['LookAgain', 'Choice', ['WaitForLists', 'KeepUpload']],
  ['WaitForLists', 'Wait', ['CountLooks']],
  ['CountLooks', 'Pass', ['ListMapRuns']],
  ['KeepUpload', 'Choice', ['UploadKept', 'Abort']],
  ['UploadKept', 'Pass', ['Fail']],
  ['UploadAborted', 'Choice', ['Fail', 'UploadLeft']],
  ['UploadLeft', 'Pass', ['Fail']],
  ['Done', 'Succeed', []],
  ['Fail', 'Fail', []],
];

test.each(STATES)('%s is a %s that leads to %j', (name, type, next) => {
  expect(states[name]!.Type).toBe(type);
  expect(successors(states[name]!)).toEqual(next);
});

test('has no other states', () => {
  expect(Object.keys(states).sort()).toEqual(STATES.map(([name]) => name).sort());
});

test.each(STATES)('%s has a comment', (name, type) => {
  const { Comment: comment = '' } = states[name] as { Comment?: string };
  expect(comment.length).toBeGreaterThan(20);
  // What can fail says where to look.
  if (type === 'Task' || type === 'Map') expect(comment).toMatch(/\. .*If (it|this) fails, /);
});

test('no two states but those that copy a part, or add a cause, have the same comment', () => {
  const comments = STATES.map(([name]) => (states[name] as { Comment?: string }).Comment);
  expect(new Set(comments).size).toBe(STATES.length - 2);
});

test('can reach every state', () => {
  const unreachable = (machine: Definition): string[] => {
    const reached = new Set([machine.StartAt]);
    // A Set goes on to what is added while it is walked.
    for (const name of reached) successors(machine.States[name]!).forEach((next) => reached.add(next));
    return [
      ...Object.keys(machine.States).filter((name) => !reached.has(name)),
      ...Object.values(machine.States).flatMap(({ ItemProcessor }) =>
        ItemProcessor ? unreachable(ItemProcessor) : [],
      ),
    ];
  };
  expect(unreachable(definition)).toEqual([]);
});

test.each([
  ['Route', '$.action', { COPY_PARTS: 'Begin', COPY_OBJECT: 'CopyObject' }, 'Done'],
  ['FanOut', '$.plan.mapType', { INLINE: 'CopyParts' }, 'CopyPartsDistributed'],
  ['WhichError', '$.error.Error', { 'States.ExceedToleratedFailureThreshold': 'FindChildError' }, 'KeepUpload'],
])('%s branches on %s', (name, variable, branches, otherwise) => {
  const { Choices, Default } = states[name]!;
  const onText = Choices!.filter(({ StringEquals }) => StringEquals !== undefined);
  expect(onText.map(({ Variable }) => Variable)).toEqual(Object.keys(branches).map(() => variable));
  expect(Object.fromEntries(onText.map(({ StringEquals, Next }) => [StringEquals, Next]))).toEqual(branches);
  expect(Default).toBe(otherwise);
});

test.each(WORKERS)('%s calls %s and waits for %i seconds', (name, id, seconds) => {
  const { Resource, TimeoutSeconds } = states[name]!;
  expect(Resource).toMatch(new RegExp(`^arn:aws:lambda:us-east-1:111122223333:function:${id}$`));
  expect(TimeoutSeconds).toBe(seconds);
});

test('has a Task for every worker', () => {
  const tasks = Object.entries(states).flatMap(([name, state]) =>
    state.Type === 'Task' && !LOOKS.includes(name) ? [state] : [],
  );
  expect(tasks).toHaveLength(WORKERS.length);
  expect(new Set(tasks.map(({ Resource }) => Resource)).size).toBe(STEPS.length - 1); // all but restore
});

test('catches exactly the errors of states that run while an upload may exist, and whatever fails on the way to the end', () => {
  const next = Object.entries(states).flatMap(([name, { Catch }]) =>
    Catch && name !== 'Verify' ? [[name, Catch.map(({ ErrorEquals, Next }) => [ErrorEquals, Next])]] : [],
  );
  const all = (name: string) => [[['States.ALL'], name]];
  expect(Object.fromEntries(next)).toEqual({
    Begin: all('NotBegun'),
    CopyParts: all('Failed'),
    CopyPartsDistributed: all('Failed'),
    CheckParts: all('Failed'),
    Complete: all('Failed'),
    Abort: all('AbortNotRun'),
    AbortLateParts: all('AbortNotRun'),
    ListMapRuns: all('LookAgain'),
    ListFailedChildren: all('LookAgain'),
    DescribeChild: all('LookAgain'),
  });
});

test('fails with the first error, whatever becomes of Abort', () => {
  for (const name of ['Begin', ...MAPS, 'CheckParts', 'Complete']) {
    expect(states[name]!.Catch![0]!.ResultPath).toBe('$.error');
  }
  for (const name of ['Abort', 'AbortLateParts', ...LOOKS]) {
    expect([states[name]!.ResultPath, states[name]!.Catch![0]!.ResultPath]).not.toContain('$.error');
  }
  expect(states.Fail).toMatchObject({ Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' });
});

test('says in the cause how to remove an upload that may be left', () => {
  expect(states.UploadLeft).toMatchObject({
    Parameters: { 'Error.$': '$.error.Error', 'Cause.$': expect.stringContaining('$.upload.abortCommand') },
    ResultPath: '$.error',
  });
});

test('looks for the error of the child for about a minute, since lists lag behind', () => {
  expect(states.LookAgain!.Choices).toEqual([{ Variable: '$.looks.count', NumericLessThan: 12, Next: 'WaitForLists' }]);
  expect(states.WaitForLists!.Seconds).toBe(5);
});

test('says in the cause of whatever fails after the copy is made that it was made', () => {
  const [ours, others] = states.Verify!.Catch!;
  expect(ours).toEqual({ ErrorEquals: Object.values(ErrorName), ResultPath: '$.error', Next: 'Fail' });
  expect(others).toEqual({ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'VerifyFailed' });
  expect(states.NotVerified).toMatchObject({
    Parameters: { 'Cause.$': expect.stringContaining('$.made.description') },
    ResultPath: '$.error',
  });
});

test('returns the result', () => {
  expect(states.CheckParts!.ResultPath).toBe('$.expected');
  expect(states.Complete!.ResultPath).toBe('$.made');
  expect(states.CopyObject!.ResultPath).toBe('$.made');
  expect(states.Verify!.ResultPath).toBe('$.result');
  expect(states.Done).toMatchObject({ Type: 'Succeed', OutputPath: '$.result' });
});

test('passes Plan the unchanged input and the execution', () => {
  expect(states.Plan).toMatchObject({
    Parameters: {
      'input.$': '$$.Execution.Input',
      execution: { 'id.$': '$$.Execution.Id', 'startTime.$': '$$.Execution.StartTime' },
    },
  });
  expect(states.Plan).not.toHaveProperty('ResultPath');
  expect(states.Begin!.ResultPath).toBe('$.upload');
});

describe.each(MAPS)('%s', (name) => {
  test('iterates over part numbers', () => {
    expect(states[name]!.ItemsPath).toBe('$.partNumbers');
    expect(states[name]!.ItemSelector).toEqual({
      'partNumber.$': '$$.Map.Item.Value',
      'execution.$': '$.execution',
      'source.$': '$.source',
      'destination.$': '$.destination',
      'plan.$': '$.plan',
      'upload.$': '$.upload',
    });
  });

  test('runs as many parts concurrently as planned', () => {
    expect(states[name]!.MaxConcurrencyPath).toBe('$.plan.maxConcurrency');
    expect(states[name]).not.toHaveProperty('MaxConcurrency');
  });

  test('discards the results of parts, and tolerates no failure', () => {
    expect(states[name]!.ResultPath).toBeNull();
    const others = [
      'ResultSelector',
      'ResultWriter',
      'ItemReader',
      'ItemBatcher',
      'ToleratedFailureCount',
      'ToleratedFailurePercentage',
      'ToleratedFailureCountPath',
      'ToleratedFailurePercentagePath',
    ];
    expect(Object.keys(states[name]!).filter((field) => others.includes(field))).toEqual([]);
  });
});

test('has one inline processor and one with Standard children and a label', () => {
  const [inline, distributed] = MAPS.map((name) => states[name]!);
  expect(inline!.ItemProcessor).toMatchObject({ ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'CopyPart' });
  expect(inline).not.toHaveProperty('Label');
  expect(distributed!.ItemProcessor).toMatchObject({
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'CopyPartInChild',
  });
  expect(distributed!.Label).toBe('CopyParts');
  for (const name of ['CopyPart', 'CopyPartInChild']) expect(states[name]!.End).toBe(true);
});

test('uses JSONPath only', () => {
  expect(JSON.stringify(definition)).not.toMatch(/JSONata|"(Arguments|Output|Assign|QueryLanguage)"|{%/);
});

describe('with Express children', () => {
  let express: Definition;
  let added: Record<string, State>;

  beforeAll(() => {
    express = definitionOf(copy({ childExecutions: ChildExecutions.AUTO }).template());
    const all = Object.fromEntries(allStates(express));
    added = Object.fromEntries(Object.entries(all).filter(([name]) => !(name in states)));
  });

  test.each<[string, string, string[]]>([
    ['CopyPartsExpress', 'Map', ['AllPartsCopied', 'ExpressMapFailed']],
    ['AllPartsCopied', 'Choice', ['CopyPartsLeft', 'CheckParts']],
    ['CopyPartsLeft', 'Pass', ['CopyPartsDistributed']],
    ['CopyPartInExpressChild', 'Task', ['PartFailed', 'PartLeft']],
    ['PartFailed', 'Fail', []],
    ['PartLeft', 'Pass', []],
    ['ExpressMapFailed', 'Pass', ['Failed']],
    ['IsErrorFinal', 'Choice', ['CopyAllPartsAgain', 'KeepUpload']],
    ['CopyAllPartsAgain', 'Pass', ['CopyPartsDistributed']],
  ])('%s is a %s that leads to %j', (name, type, next) => {
    expect(added[name]!.Type).toBe(type);
    expect(successors(added[name]!)).toEqual(next);
  });

  test('has no other states', () => {
    expect(Object.keys(added)).toHaveLength(9);
  });

  test('copies in them only where Plan says so', () => {
    const { Choices, Default } = express.States.FanOut!;
    expect(Choices!.map(({ Next }) => Next)).toEqual(['Refused', 'CopyParts', 'CopyPartsExpress']);
    expect(Default).toBe('CopyPartsDistributed');
  });

  test('gathers the parts that are left from the output of the Map', () => {
    expect(added.CopyPartsExpress).toMatchObject({
      Label: 'CopyPartsExpress',
      ItemsPath: '$.partNumbers',
      ItemSelector: { ...(states.CopyPartsDistributed!.ItemSelector as object), trySeconds: 120 },
      MaxConcurrencyPath: '$.plan.maxConcurrency',
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } },
      ResultSelector: { 'left.$': '$..left' },
      ResultPath: '$.express',
    });
    expect(added.PartLeft).toMatchObject({ Parameters: { 'left.$': '$.partNumber' }, End: true });
    expect(added.CopyPartsLeft).toMatchObject({ InputPath: '$.express.left', ResultPath: '$.partNumbers' });
  });

  test('is accepted by the validators', async () => {
    expect(byAslValidator(express)).toEqual([]);
    expect(await byLanguageService(express)).toEqual([]);
  });
});

// Both need copies: one writes into what it is given.
function byAslValidator(machine: Definition): string[] {
  const { isValid, errorsText } = aslValidator(structuredClone(machine));
  return isValid ? [] : errorsText().split('\n');
}

async function byLanguageService(machine: Definition) {
  const service = language.getLanguageService({});
  const document = language.TextDocument.create('machine.asl', 'asl', 1, JSON.stringify(machine));
  const findings = await service.doValidation(document, service.parseJSONDocument(document));
  return findings.map(({ message }) => message);
}

describe('the validators', () => {
  test('accept the definition', async () => {
    expect(byAslValidator(definition)).toEqual([]);
    expect(await byLanguageService(definition)).toEqual([]);
  });

  test.each<[string, (machine: any) => void]>([
    ['an arrow to nowhere', (machine) => (machine.States.Plan.Next = 'Nowhere')],
    ['a state that nothing leads to', (machine) => (machine.States.Lost = { Type: 'Succeed' })],
    ['a Catch that leads nowhere', (machine) => (machine.States.Complete.Catch[0].Next = 'Nowhere')],
    ['a start that is no state', (machine) => (machine.StartAt = 'Nowhere')],
    ['a state of no type', (machine) => (machine.States.Done.Type = 'Success')],
  ])('control: both reject %s', async (_name, breakIt) => {
    const broken = structuredClone(definition);
    breakIt(broken);
    expect(byAslValidator(broken)).not.toEqual([]);
    expect(await byLanguageService(broken)).not.toEqual([]);
  });
});
