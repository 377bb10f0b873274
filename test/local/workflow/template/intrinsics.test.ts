import fc from 'fast-check';
import { UnresolvedIntrinsic } from '../../../../local/workflow/errors';
import type { Json } from '../../../../local/workflow/json';
import { NO_VALUE, resolveIntrinsics, type IntrinsicScope } from '../../../../local/workflow/template/intrinsics';

const scope: IntrinsicScope = {
  region: 'eu-west-1',
  ref: (name) => (name === 'AWS::NoValue' ? NO_VALUE : name === 'List' ? ['a', 'b'] : `ref-${name}`),
  getAtt: (logicalId, attribute) => `${logicalId}/${attribute}`,
  importValue: (name) => `imported-${name}`,
  stackOutput: (stackName, output, region = 'here') => `${stackName}.${output}@${region}`,
  ssmParameter: (name) => `ssm-${name}`,
  condition: (name) => name === 'Yes',
  findInMap: (map, first, second) => (second === 'there' ? [map, first] : undefined),
};
const resolve = (value: Json): Json => resolveIntrinsics(value, scope);

test.each<[string, Json, Json]>([
  ['Ref', { Ref: 'A' }, 'ref-A'],
  ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['A', 'Arn'] }, 'A/Arn'],
  ['Fn::GetAtt as a string', { 'Fn::GetAtt': 'A.Nested.Arn' }, 'A/Nested.Arn'],
  ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'B' }, 3]] }, 'a-ref-B-3'],
  ['Fn::Join of a list parameter', { 'Fn::Join': ['+', { Ref: 'List' }] }, 'a+b'],
  ['Fn::Sub, short form', { 'Fn::Sub': '${A}:${B.Arn}:${!C}' }, 'ref-A:B/Arn:${C}'],
  ['Fn::Sub, long form', { 'Fn::Sub': ['${A}:${B}', { B: { Ref: 'C' } }] }, 'ref-A:ref-C'],
  ['Fn::Select', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  ['Fn::If', { 'Fn::If': ['Yes', 'yes', 'no'] }, 'yes'],
  ['Fn::If, else', { 'Fn::If': ['No', 'yes', { Ref: 'B' }] }, 'ref-B'],
  ['AWS::NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
  ['AWS::NoValue in a list', [1, { 'Fn::If': ['No', 2, { Ref: 'AWS::NoValue' }] }], [1]],
  ['Fn::FindInMap', { 'Fn::FindInMap': ['M', { Ref: 'F' }, 'there'] }, ['M', 'ref-F']],
  ['Fn::FindInMap, default', { 'Fn::FindInMap': ['M', 'F', 'gone', { DefaultValue: 7 }] }, 7],
  ['Fn::ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': '${S}-x' } }, 'imported-ref-S-x'],
  [
    'Fn::GetStackOutput',
    { 'Fn::GetStackOutput': { StackName: { Ref: 'S' }, OutputName: 'O', Region: 'eu-west-1' } },
    'ref-S.O@eu-west-1',
  ],
  ['Fn::GetStackOutput of the same Region', { 'Fn::GetStackOutput': { StackName: 'S', OutputName: 'O' } }, 'S.O@here'],
  ['a dynamic reference', { a: ['x-{{resolve:ssm:/a/b}}-{{resolve:ssm:/c:3}}'] }, { a: ['x-ssm-/a/b-ssm-/c'] }],
  [
    'a reference to a secret',
    '{{resolve:secretsmanager:x:SecretString:y}}',
    '{{resolve:secretsmanager:x:SecretString:y}}',
  ],
  ['Fn::Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
  ['Fn::GetAZs', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'eu-west-1a'],
  ['Fn::Length', { 'Fn::Length': { Ref: 'List' } }, 2],
  ['Fn::ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'B' } } }, '{"a":"ref-B"}'],
  ['Fn::Equals', { 'Fn::Equals': [{ Ref: 'A' }, 'ref-A'] }, true],
  ['Fn::And and Fn::Not', { 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Not': [{ Condition: 'No' }] }] }, true],
  ['Fn::Or', { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'No' }] }, false],
  ['Condition of a policy', { Condition: { Bool: { x: { Ref: 'A' } } } }, { Condition: { Bool: { x: 'ref-A' } } }],
])('%s', (_name, value, expected) => {
  expect(resolve(value)).toEqual(expected);
});

test.each<[string, Json, RegExp]>([
  ['an unknown function', { 'Fn::Transform': { Name: 'X' } }, /does not support Fn::Transform/],
  ['Fn::Select beyond its list', { 'Fn::Select': [5, ['a']] }, /outside of its list/],
  ['Fn::FindInMap without a value', { 'Fn::FindInMap': ['M', 'F', 'gone'] }, /M\.F\.gone/],
  ['Fn::Join of no list', { 'Fn::Join': [',', 'a'] }, /needs a list/],
  ['an object where a string belongs', { 'Fn::Join': ['', [{ a: 1 }]] }, /does not return a string/],
])('%s is refused', (_name, value, message) => {
  expect(() => resolve(value)).toThrow(UnresolvedIntrinsic);
  expect(() => resolve(value)).toThrow(message);
});

test('what holds no intrinsic function stays as it is', () => {
  const plain = fc.jsonValue().filter((value) => !/"(Ref|Condition|Fn::[^"]*|__proto__)"/.test(JSON.stringify(value)));
  fc.assert(
    fc.property(plain, (value) => {
      expect(resolve(value as Json)).toEqual(value);
    }),
  );
});

test.each(['valueOf', 'constructor', 'toString', '__proto__'])('a property called %s is a property', (name) => {
  const value = JSON.parse(`{ ${JSON.stringify(name)}: "x" }`) as Json;
  expect(JSON.stringify(resolve(value))).toBe(JSON.stringify(value));
});

test('Fn::Split undoes Fn::Join', () => {
  const words = fc.array(
    fc.string().filter((word) => !word.includes('|')),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(words, (list) => {
      expect(resolve({ 'Fn::Split': ['|', { 'Fn::Join': ['|', list] }] })).toEqual(list);
    }),
  );
});
