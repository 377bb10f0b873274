import { chooseNext } from '../../../../local/workflow/asl/choice';
import type { Json, JsonObject } from '../../../../local/workflow/json';

const INPUT: Json = {
  text: 'banana',
  number: 5,
  other: 7,
  flag: false,
  nothing: null,
  when: '2016-03-14T01:59:00Z',
  later: '2016-03-14T02:59:00.5+01:00',
  list: [{ n: 1 }],
};

function holds(rule: JsonObject): boolean {
  const state = { Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' };
  return chooseNext(state, { input: INPUT, context: { Execution: { Name: 'run-1' } } }) === 'Yes';
}

test.each<[string, string, Json, boolean]>([
  ['$.text', 'StringEquals', 'banana', true],
  ['$.text', 'StringEqualsPath', '$.text', true],
  ['$.text', 'StringEquals', 'Banana', false],
  ['$.text', 'StringLessThan', 'cherry', true],
  ['$.text', 'StringGreaterThan', 'cherry', false],
  ['$.text', 'StringLessThanEquals', 'banana', true],
  ['$.text', 'StringGreaterThanEquals', 'banana', true],
  ['$.text', 'StringMatches', 'ban*', true],
  ['$.text', 'StringMatches', '*an*a', true],
  ['$.text', 'StringMatches', 'b*n', false],
  ['$.text', 'StringMatches', 'ban\\*', false],
  ['$.number', 'StringMatches', '*', false],
  ['$.number', 'NumericEquals', 5, true],
  ['$.number', 'NumericEquals', 5.0, true],
  ['$.number', 'NumericEquals', '5', false],
  ['$.number', 'NumericLessThan', 6, true],
  ['$.number', 'NumericGreaterThan', 6, false],
  ['$.number', 'NumericLessThanEquals', 5, true],
  ['$.number', 'NumericGreaterThanEqualsPath', '$.other', false],
  ['$.text', 'NumericLessThan', 6, false],
  ['$.flag', 'BooleanEquals', false, true],
  ['$.flag', 'BooleanEqualsPath', '$.flag', true],
  ['$.nothing', 'BooleanEquals', false, false],
  ['$.when', 'TimestampEquals', '2016-03-14T02:59:00+01:00', true],
  ['$.when', 'TimestampLessThanPath', '$.later', true],
  ['$.when', 'TimestampGreaterThan', '2016-03-14T01:58:59.999Z', true],
  ['$.when', 'TimestampLessThanEquals', 'yesterday', false],
  ['$.text', 'TimestampEquals', '2016-03-14T01:59:00Z', false],
  ['$.nothing', 'IsNull', true, true],
  ['$.number', 'IsNull', false, true],
  ['$.number', 'IsNumeric', true, true],
  ['$.text', 'IsString', false, false],
  ['$.flag', 'IsBoolean', true, true],
  ['$.when', 'IsTimestamp', true, true],
  ['$.text', 'IsTimestamp', false, true],
  ['$.nothing', 'IsPresent', true, true],
  ['$.gone', 'IsPresent', false, true],
  ['$.gone.deeper', 'IsPresent', true, false],
  ['$.number', 'IsPresent', false, false],
  ['$$.Execution.Name', 'StringEquals', 'run-1', true],
])('%s %s %j: %s', (Variable, operator, operand, expected) => {
  expect(holds({ Variable, [operator]: operand })).toBe(expected);
});

test.each<[string, string, boolean]>([
  ['a*b*c', 'aXbYc', true],
  ['a*b*c', 'aXcYb', false],
  ['*', '', true],
  ['*a', 'a', true],
  ['aa*aa', 'aaa', false],
  ['a\\*b', 'a*b', true],
  ['a\\\\*', 'a\\anything', true],
  ['.+(x)', '.+(x)', true],
  ['a**b', 'ab', true],
])('the pattern %s and "%s": %s', (pattern, text, expected) => {
  const state = { Choices: [{ Variable: '$', StringMatches: pattern, Next: 'Yes' }], Default: 'No' };
  expect(chooseNext(state, { input: text, context: {} })).toBe(expected ? 'Yes' : 'No');
});

const IS_TEXT = { Variable: '$.text', IsString: true };
const IS_LARGE = { Variable: '$.number', NumericGreaterThan: 100 };

test.each<[string, JsonObject, boolean]>([
  ['And', { And: [IS_TEXT, { Not: IS_LARGE }] }, true],
  ['And with one that does not hold', { And: [IS_TEXT, IS_LARGE] }, false],
  ['Or', { Or: [IS_LARGE, IS_TEXT] }, true],
  ['Or of none', { Or: [IS_LARGE, { Not: IS_TEXT }] }, false],
  ['Not', { Not: IS_LARGE }, true],
  [
    'And that guards a missing field',
    {
      And: [
        { Variable: '$.gone', IsPresent: true },
        { Variable: '$.gone', IsNull: true },
      ],
    },
    false,
  ],
])('%s', (_name, rule, expected) => {
  expect(holds(rule)).toBe(expected);
});

test('the first rule that holds decides; without one, there is the default or nothing', () => {
  const scope = { input: 5, context: {} };
  const rules = [
    { Variable: '$', NumericGreaterThan: 9, Next: 'A' },
    { Variable: '$', NumericGreaterThan: 3, Next: 'B' },
    { Variable: '$', NumericGreaterThan: 1, Next: 'C' },
  ];
  expect(chooseNext({ Choices: rules }, scope)).toBe('B');
  expect(chooseNext({ Choices: rules, Default: 'D' }, { ...scope, input: 0 })).toBe('D');
  expect(chooseNext({ Choices: rules }, { ...scope, input: 0 })).toBeUndefined();
});

test.each<[string, JsonObject]>([
  ['Variable', { Variable: '$.gone', StringEquals: 'x' }],
  ['Variable of a type test', { Variable: '$.gone', IsNull: true }],
  ['path that it is compared with', { Variable: '$.text', StringEqualsPath: '$.gone' }],
])('a %s that matches nothing fails with States.Runtime', (_name, rule) => {
  expect(() => holds(rule)).toThrow(
    expect.objectContaining({ error: 'States.Runtime', message: expect.stringContaining("Invalid path '$.gone'") }),
  );
});
