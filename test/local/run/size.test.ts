import { formatSize, parseSize } from '../../../local/run/size';

test.each([
  ['0', 0],
  ['1B', 1],
  ['5 MiB', 5 * 1024 ** 2],
  ['5mib', 5 * 1024 ** 2],
  ['1.5TB', 1.5e12],
  ['2KB', 2000],
  ['3MB', 3e6],
  ['4GB', 4e9],
  ['1KiB', 1024],
  ['1GiB', 1024 ** 3],
  ['48.8TiB', 53_656_167_435_468],
])('parses %s as %d bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', 'MiB', '-1', '1.5.5GiB', '1PB', '1e3', '99999999TiB'])('refuses %j', (text) => {
  expect(() => parseSize(text)).toThrow(expect.objectContaining({ name: 'InvalidSize' }));
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [5 * 1024 ** 3, '5 GiB'],
  [1.5 * 1024 ** 4, '1.50 TiB'],
])('formats %d bytes as %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});
