import { evaluateExpression, evaluateTemplate, type EvaluationScope } from '../../../../local/workflow/asl/template';
import type { Json } from '../../../../local/workflow/json';

const scopeOf = (input: Json): EvaluationScope => ({
  input,
  context: { Execution: { Name: 'run-1' } },
  world: { random: () => 0.5, uuid: () => 'ca4c1140-dcc1-40cd-ad05-7b4aa23df4a8' },
});
const evaluate = (text: string, input: Json = {}): Json => evaluateExpression('x.$', text, scopeOf(input));

// The examples of "Intrinsic functions" in the Developer Guide and in appendix B of the specification, and their edges.
test.each<[string, Json, Json]>([
  ["States.Format('Hello, my name is {}.', $.name)", { name: 'Arnav' }, 'Hello, my name is Arnav.'],
  [
    "States.Format('Welcome to {} {}\\'s playlist.', $.first, $.last)",
    { first: 'A', last: 'B' },
    "Welcome to A B's playlist.",
  ],
  ['States.Format($.template, $.name)', { template: '<{}>', name: 'n' }, '<n>'],
  ["States.Format('\\{{}\\} \\\\', 1)", {}, '{1} \\'],
  [
    "States.Format('{} {} {} {} {}', 1.5, true, null, $.o, $.l)",
    { o: { a: 1 }, l: [1, 'b'] },
    '1.5 true null {"a":1} [1,"b"]',
  ],
  ["States.Format('constant')", {}, 'constant'],
  ["States.Format('{}', 'a, b) $.c')", {}, 'a, b) $.c'],
  ['States.StringToJson($.escaped)', { escaped: '{"foo": "bar", "n": [1]}' }, { foo: 'bar', n: [1] }],
  ['States.JsonToString($.o)', { o: { a: 1, b: 'x' } }, '{"a":1,"b":"x"}'],
  ["States.Array($.id, 'x', 3, null)", { id: 7 }, [7, 'x', 3, null]],
  ['States.Array()', {}, []],
  ['States.ArrayPartition($.list, 4)', { list: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
  ['States.ArrayPartition($.list, 2)', { list: [] }, []],
  ['States.ArrayContains($.list, $.wanted)', { list: [1, { a: [2] }], wanted: { a: [2] } }, true],
  ['States.ArrayContains($.list, $.wanted)', { list: [1, '5'], wanted: 5 }, false],
  ['States.ArrayRange(1, 9, 2)', {}, [1, 3, 5, 7, 9]],
  ['States.ArrayRange(5, 1, -2)', {}, [5, 3, 1]],
  ['States.ArrayRange(1, 0, 1)', {}, []],
  ['States.ArrayGetItem($.list, $.index)', { list: [1, 2, 3], index: 1 }, 2],
  ['States.ArrayLength($.list)', { list: [1, 2, 3] }, 3],
  [
    'States.ArrayUnique($.list)',
    { list: [1, 2, 3, 3, 3, 4, '3', { a: 1, b: 2 }, { b: 2, a: 1 }] },
    [1, 2, 3, 4, '3', { a: 1, b: 2 }],
  ],
  ['States.Base64Encode($.text)', { text: 'Data to encode' }, 'RGF0YSB0byBlbmNvZGU='],
  ['States.Base64Decode($.text)', { text: 'RGVjb2RlZCBkYXRh' }, 'Decoded data'],
  ["States.Hash($.data, 'SHA-1')", { data: 'input data' }, 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
  ["States.Hash('', 'MD5')", {}, 'd41d8cd98f00b204e9800998ecf8427e'],
  [
    'States.JsonMerge($.one, $.two, false)',
    { one: { a: { a1: 1 }, b: 2 }, two: { a: { a2: 3 }, c: 4 } },
    { a: { a2: 3 }, b: 2, c: 4 },
  ],
  ['States.MathRandom(1, 999)', {}, 500],
  ['States.MathAdd($.value, $.step)', { value: 111, step: -1 }, 110],
  ['States.MathAdd(1.6, 1)', {}, 3],
  ["States.StringSplit($.text, ',')", { text: '1,2,3,4,5' }, ['1', '2', '3', '4', '5']],
  // Recorded: each character separates, and nothing is left of separators side by side.
  [
    'States.StringSplit($.text, $.by)',
    { text: 'This.is+a,test=string', by: '.+,=' },
    ['This', 'is', 'a', 'test', 'string'],
  ],
  ["States.StringSplit($.text, ',')", { text: ', , ,' }, [' ', ' ']],
  ["States.StringSplit($.text, ',')", { text: ',,,,' }, []],
  [
    'States.StringSplit($.text, $.by)',
    { text: 'split on T and \nnew line', by: 'T\n' },
    ['split on ', ' and ', 'new line'],
  ],
  ['States.UUID()', {}, 'ca4c1140-dcc1-40cd-ad05-7b4aa23df4a8'],
  [
    "States.Format('{}/{}', $$.Execution.Name, States.ArrayGetItem(States.StringSplit($.k, '/'), 1))",
    { k: 'a/b' },
    'run-1/b',
  ],
  ['States.ArrayLength($.list[?(@.n > 1)])', { list: [{ n: 1 }, { n: 2 }, { n: 3 }] }, 2],
  ['States.Array($[\'a,b\'], $["c)"])', { 'a,b': 1, 'c)': 2 }, [1, 2]],
])('%s of %j', (text, input, expected) => {
  expect(evaluate(text, input)).toEqual(expected);
});

test('States.MathRandom gives the same number for the same seed', () => {
  const numbers = [7, 7, 8].map((seed) => evaluate('States.MathRandom(0, 1000000, $.seed)', { seed }));
  expect(numbers[0]).toBe(numbers[1]);
  expect(numbers[0]).not.toBe(numbers[2]);
});

test.each<[string, Json, RegExp]>([
  ["States.Format('{} {}', 1)", {}, /more placeholders than values \(1\)/],
  ["States.Format('{}', 1, 2)", {}, /2 values, but 1 placeholders/],
  ["States.Format('{a}', 1)", {}, /a brace that is not part/],
  ['States.ArrayPartition($.list, 0)', { list: [1] }, /must be 1 or more/],
  ['States.ArrayRange(1, 5, 0)', {}, /step must not be 0/],
  ['States.ArrayRange(0, 1000, 1)', {}, /1001 items, the maximum is 1000/],
  ['States.ArrayGetItem($.list, 3)', { list: [1, 2, 3] }, /3 items, none with the index 3/],
  ['States.ArrayLength($.list)', { list: 'text' }, /an array is expected, not "text"/],
  ["States.Hash('x', 'CRC32')", {}, /"CRC32" is not one of MD5/],
  ['States.JsonMerge($.o, $.o, true)', { o: {} }, /must be false/],
  ['States.MathAdd(2147483647, 1)', {}, /2147483648 is not between/],
  ['States.StringToJson($.text)', { text: '{' }, /is not JSON/],
  ['States.Base64Encode($.text)', { text: 'x'.repeat(10_001) }, /10001 characters, the maximum is 10000/],
  ['States.UUID(1)', {}, /takes 0 arguments, not 1/],
])('%s of %j fails with States.IntrinsicFailure', (text, input, message) => {
  expect(() => evaluate(text, input)).toThrow(
    expect.objectContaining({ error: 'States.IntrinsicFailure', message: expect.stringMatching(message) }),
  );
});

test('a path of an argument that matches nothing fails with States.Runtime', () => {
  expect(() => evaluate("States.Format('{}', $.gone)", { a: 1 })).toThrow(
    expect.objectContaining({ error: 'States.Runtime', message: expect.stringContaining('{"a":1}') }),
  );
});

describe('a payload template', () => {
  test('is filled in at any depth, and only where names end in .$', () => {
    const template: Json = {
      fixed: '$.a',
      'a.$': '$.a',
      deep: [{ 'b.$': '$.list[*].n' }, JSON.parse('{"__proto__.$":"$.a"}') as Json],
      'name.$': '$$.Execution.Name',
    };
    const filled = evaluateTemplate(template, scopeOf({ a: 1, list: [{ n: 2 }, { n: 3 }] }));
    expect(JSON.stringify(filled)).toBe('{"fixed":"$.a","a":1,"deep":[{"b":[2,3]},{"__proto__":1}],"name":"run-1"}');
  });

  test('fails where a path matches nothing, with the field, the path and the input', () => {
    expect(() => evaluateTemplate({ 'a.$': '$.gone' }, scopeOf({ b: 1 }))).toThrow(
      "The JSONPath '$.gone' specified for the field 'a.$' could not be found in the input '{\"b\":1}'",
    );
  });
});
