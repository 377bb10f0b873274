import fc from 'fast-check';
import {
  assignPath,
  definiteSteps,
  evaluatePath,
  PathNotFound,
  PathNotWritable,
} from '../../../../local/workflow/asl/path';
import type { Json, JsonObject } from '../../../../local/workflow/json';

const STORE = {
  store: {
    book: [
      { title: 'one', price: 8.95, tags: ['a', 'b'] },
      { title: 'two', price: 12.99 },
      { title: 'three', price: 8.99, isbn: '0-553' },
    ],
    'delivery-partner': 'UQS',
    'with space': { "quote'd": 1 },
  },
  constructor: 'mine',
  none: null,
} as unknown as Json;
const CONTEXT: JsonObject = { Execution: { Name: 'run-1', Input: { a: 1 } }, Map: { Item: { Index: 3, Value: 'v' } } };

const evaluate = (path: string, input: Json = STORE): Json => evaluatePath(path, { input, context: CONTEXT });

describe('a path that can only mean one place gives the value there', () => {
  test.each<[string, Json]>([
    ['$', STORE],
    ['$.store.book[0].title', 'one'],
    ["$['store']['book'][1]['title']", 'two'],
    ['$["store"].book[-1].title', 'three'],
    ['$.store.delivery-partner', 'UQS'],
    ["$.store['with space']['quote\\'d']", 1],
    ['$.none', null],
    ['$.constructor', 'mine'],
    ['$$.Execution.Name', 'run-1'],
    ['$$.Execution.Input', { a: 1 }],
    ["$$.Map.Item['Index']", 3],
    ['$$', CONTEXT],
  ])('%s', (path, expected) => {
    expect(evaluate(path)).toEqual(expected);
  });
});

describe('any other path gives a list of what matches', () => {
  test.each<[string, Json]>([
    ['$.store.book[*].title', ['one', 'two', 'three']],
    ['$..price', [8.95, 12.99, 8.99]],
    ['$.store.book[0,2].title', ['one', 'three']],
    ['$.store.book[1:].title', ['two', 'three']],
    ['$.store.book[-2:].title', ['two', 'three']],
    ['$.store.book[?(@.price < 10)].title', ['one', 'three']],
    ["$.store.book[?(@.title == 'two')].price", [12.99]],
    ['$.store.book[?(@.isbn)].title', ['three']],
    ['$.gone[*]', []],
    ['$$.Map.Item[*]', [3, 'v']],
  ])('%s', (path, expected) => {
    expect(evaluate(path)).toEqual(expected);
  });

  test('and an empty one for a value without parts', () => {
    expect(evaluate('$[*]', 'text')).toEqual([]);
  });
});

test.each(['$.gone', '$.store.book[3]', '$.none.a', '$.store.book.title', '$.toString', '$.store[0]', '$$.Task.Token'])(
  '%s matches nothing',
  (path) => {
    expect(() => evaluate(path)).toThrow(PathNotFound);
  },
);

describe('a reference path takes a value', () => {
  test.each<[Json, string, Json]>([
    [{ a: 1 }, '$', 'new'],
    [{ a: 1 }, '$.b', { a: 1, b: 'new' }],
    [{ a: 1 }, '$.b.c.d', { a: 1, b: { c: { d: 'new' } } }],
    [{ a: { b: 1, c: 2 } }, "$['a'].b", { a: { b: 'new', c: 2 } }],
    [{ a: [1, { b: 2 }] }, '$.a[1].b', { a: [1, { b: 'new' }] }],
    [{ a: [1, 2] }, '$.a[-1]', { a: [1, 'new'] }],
  ])('%j at %s', (target, path, expected) => {
    const before = JSON.stringify(target);
    expect(assignPath(target, path, 'new')).toEqual(expected);
    expect(JSON.stringify(target)).toBe(before);
  });

  test.each<[Json, string]>([
    ['text', '$.a'],
    [[1], '$.a'],
    [{ a: 1 }, '$.a.b'],
    [{ a: [] }, '$.a[0]'],
    [{}, '$.a[*]'],
  ])('but not %j at %s', (target, path) => {
    expect(() => assignPath(target, path, 1)).toThrow(PathNotWritable);
  });

  test('that can be read back, whatever the fields are called', () => {
    const names = fc.array(
      fc.string().filter((name) => !/['\\]/.test(name)),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(names, fc.jsonValue(), (steps, value) => {
        const path = `$${steps.map((step) => `['${step}']`).join('')}`;
        expect(definiteSteps(path)).toEqual(steps);
        expect(evaluate(path, assignPath({}, path, value as Json))).toEqual(value);
      }),
    );
  });

  test('in a field called __proto__ as in any other', () => {
    const assigned = assignPath({}, '$.__proto__', { polluted: true });
    expect(JSON.stringify(assigned)).toBe('{"__proto__":{"polluted":true}}');
    expect({}).not.toHaveProperty('polluted');
  });
});
