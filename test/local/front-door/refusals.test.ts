import { isLoopbackAddress, refusalOfHost, refusalOfPage } from '../../../local/front-door';

describe('the Host header', () => {
  it.each([
    undefined,
    'localhost',
    'LOCALHOST:9000',
    'localhost.:9000',
    'bucket.localhost:9000',
    '127.0.0.1:9000',
    '127.9.8.7',
    '[::1]:9000',
    '[::ffff:127.0.0.1]',
  ])('%s is this machine', (host) => {
    expect(refusalOfHost(host)).toBeUndefined();
  });

  it.each([
    '',
    'evil.example',
    'localhost.evil.example:9000',
    '127.0.0.1.evil.example',
    'evillocalhost',
    '127.0.0.1@evil.example',
    '127.1',
    '0.0.0.0',
    '192.168.0.1:9000',
    '[::2]',
    '[::1].evil.example',
  ])('%s may be a web page', (host) => {
    expect(refusalOfHost(host)).toContain("The Host header names '");
  });

  it('has at most 255 characters', () => {
    expect(refusalOfHost(`${'a'.repeat(245)}.localhost`)).toBeUndefined();
    expect(refusalOfHost(`${'a'.repeat(246)}.localhost`)).toBe(
      'The Host header has 256 characters; host names have at most 255.',
    );
  });
});

describe('a request', () => {
  const host = 'localhost:9000';

  it.each([
    {},
    { referer: '' },
    { origin: 'http://localhost:9000' },
    { referer: 'https://localhost:9000/bucket/page.html' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin' },
  ])('is not that of another page: %j', (headers) => {
    expect(refusalOfPage({ host, ...headers })).toBeUndefined();
  });

  it.each([
    { origin: 'null' },
    { origin: '' },
    { origin: 'http://evil.example' },
    { origin: 'http://localhost' },
    { origin: 'http://localhost:3000' },
    { origin: 'http://localhost:9000.evil.example' },
    { origin: 'http://localhost:9000, http://evil.example' },
    { referer: 'http://evil.example/?localhost:9000' },
    { referer: 'localhost:9000' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none, cross-site' },
    { origin: 'http://localhost:9000', 'sec-fetch-site': 'cross-site' },
  ])('is that of another page: %j', (headers) => {
    expect(refusalOfPage({ host, ...headers })).toContain('The request comes from a web page');
  });
});

it.each<[string, boolean]>([
  ['127.0.0.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
])('%s is a loopback address: %s', (address, expected) => {
  expect(isLoopbackAddress(address)).toBe(expected);
});
