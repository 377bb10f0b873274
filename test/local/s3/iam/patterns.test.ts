import { matchesPattern, resolveVariables } from '../../../../local/s3/iam/patterns';

const context = new Map([['aws:username', ['a*b']]]);

test.each<[string, string, boolean]>([
  ['a/b/c', 'a/*', true],
  ['a/b/c', '*/c', true],
  ['a/b/c', 'a/?/c', true],
  ['a/bb/c', 'a/?/c', false],
  ['', '*', true],
  ['', '?', false],
  ['a', 'ab', false],
  ['in/x', 'i${*}n/*', false],
  ['i*n/x', 'i${*}n/*', true],
  ['what?', 'what${?}', true],
  ['whatX', 'what${?}', false],
  ['${x}', '${$}{x}', true],
  ['home/a*b/x', 'home/${aws:username}/*', true],
  ['home/aXb/x', 'home/${aws:username}/*', false],
  ['${aws:other}', '${aws:other}', true],
  ['a😀c', 'a😀*', true],
])('%j and %j: %j', (text, pattern, expected) => {
  expect(matchesPattern(text, pattern, context)).toBe(expected);
});

test('variables and escapes are replaced in text without wildcards', () => {
  expect(resolveVariables('${*}*${$}{aws:username}${aws:username}', context)).toBe('**${aws:username}a*b');
});

test('a pattern of many wildcards is matched in linear time', () => {
  expect(matchesPattern('a'.repeat(5000), `${'*a'.repeat(500)}b`, context)).toBe(false);
});
