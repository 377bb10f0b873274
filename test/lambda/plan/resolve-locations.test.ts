import { resolveLocations } from '../../../lambda/plan/input/resolve-locations';
import type { Location, Locations } from '../../../lib/private/protocol';

const HOME = { region: 'us-east-1', account: '111122223333' };

const LOCATIONS = {
  sources: [
    { bucket: 'raw', prefix: 'in/' },
    { bucket: 'raw', prefix: 'in/deep/' },
    { bucket: 'all', prefix: '' },
  ],
  destinations: [
    { bucket: 'lake', prefix: 'copies/' },
    { bucket: 'vault', prefix: '' },
  ],
};

type Request = Parameters<typeof resolveLocations>[0];

function addressOf(request: Request, locations: Locations) {
  const { bucket, key } = resolveLocations(request, locations, HOME).destination;
  return { bucket, key };
}

function resolve(request: Pick<Request, 'source' | 'destination'>) {
  return addressOf({ options: {}, ...request }, LOCATIONS);
}

test.each([
  [
    { bucket: 'raw', key: 'in/a/b' },
    { bucket: 'lake', key: 'copies/a/b' },
  ],
  [
    { bucket: 'raw', key: 'in/deep/b' },
    { bucket: 'lake', key: 'copies/b' },
  ],
  [
    { bucket: 'all', key: 'in/b' },
    { bucket: 'lake', key: 'copies/in/b' },
  ],
])('%j is copied to %j by default', (source, destination) => {
  expect(resolve({ source })).toEqual(destination);
});

test('uses the prefix of the destination if only its bucket is named', () => {
  expect(resolve({ source: { bucket: 'raw', key: 'in/x' }, destination: { bucket: 'vault' } })).toEqual({
    bucket: 'vault',
    key: 'x',
  });
});

test('uses the first destination bucket if only the key is named', () => {
  const request = { source: { bucket: 'raw', key: 'in/x' }, destination: { key: 'copies/y' } };
  expect(resolve(request)).toEqual({ bucket: 'lake', key: 'copies/y' });
});

test.each([
  ['in/a/b', 'copies/x/', 'copies/x/b'],
  ['in/a/', 'copies/', 'copies/a/'],
  ['in/a//', 'copies//', 'copies//a//'],
])('%s is copied into the folder %s as %s', (key, folder, expected) => {
  const request = { source: { bucket: 'raw', key }, destination: { bucket: 'lake', folder } };
  expect(resolve(request)).toEqual({ bucket: 'lake', key: expected });
});

test('fails with InvalidInput if the key of the destination would be too long', () => {
  const request = { source: { bucket: 'raw', key: `in/${'ü'.repeat(510)}` } };
  expect(() => resolve(request)).toThrow(expect.objectContaining({ name: 'InvalidInput' }));
  expect(() => resolve(request)).toThrow(/: the key has 1027 bytes, and S3 allows 1024; specify a shorter key$/);
});

describe('fails with NotAllowed for', () => {
  test.each([
    [
      'another bucket',
      { source: { bucket: 'other', key: 'in/x' } },
      /^source s3:\/\/other\/in\/x is outside the sources of this workflow; specify an object inside one of them, or add a source to the MultipartCopyWorkflow$/,
    ],
    ['another prefix', { source: { bucket: 'raw', key: 'inside' } }, /source s3:\/\/raw\/inside/],
    [
      'another destination',
      { source: { bucket: 'all', key: 'x' }, destination: { bucket: 'lake', key: 'x' } },
      /^destination s3:\/\/lake\/x is outside the destinations of this workflow; [^:]*$/,
    ],
  ])('%s', (_, request, message) => {
    expect(() => resolve(request)).toThrow(expect.objectContaining({ name: 'NotAllowed' }));
    expect(() => resolve(request)).toThrow(message);
  });
});

describe('a copy of an object onto itself', () => {
  const locations = { sources: [{ bucket: 'b', prefix: '' }], destinations: [{ bucket: 'b', prefix: '' }] };
  const base = { options: {} };

  test('fails with InvalidInput', () => {
    expect(() => addressOf({ ...base, source: { bucket: 'b', key: 'k' } }, locations)).toThrow(
      expect.objectContaining({ name: 'InvalidInput', message: expect.stringContaining('s3://b/k') }),
    );
  });

  test('fails with InvalidInput for an event, which names a version and no destination', () => {
    const source = { bucket: 'b', key: 'k', versionId: 'v1' };
    expect(() => addressOf({ ...base, source }, locations)).toThrow(/the same object/);
  });

  test('is allowed for an earlier version if the request names the destination', () => {
    const source = { bucket: 'b', key: 'k', versionId: 'v1' };
    const destination = { bucket: 'b', key: 'k' };
    expect(addressOf({ ...base, source, destination }, locations)).toEqual(destination);
  });
});

describe('the access to the buckets', () => {
  const far: Locations = {
    sources: [{ bucket: 'raw', prefix: '', region: 'eu-west-1', owner: '111122223333' }],
    destinations: [{ bucket: 'lake', prefix: '', owner: '444455556666', acl: 'bucket-owner-full-control' }],
  };
  const source = { bucket: 'raw', key: 'k' };

  test('is that of the declared locations', () => {
    expect(resolveLocations({ source, options: {} }, far, HOME)).toEqual({
      source: { ...source, region: 'eu-west-1', owner: '111122223333' },
      destination: { bucket: 'lake', key: 'k', owner: '444455556666' },
      acl: 'bucket-owner-full-control',
      mayNameVersions: true,
    });
  });

  test.each<[string, Partial<Location>, boolean]>([
    ['belongs to another account', { owner: '444455556666' }, false],
    ['is not granted with versions', { versions: 'n' }, false],
    ['is of the account of the workflow', {}, true],
  ])('names versions without asking or not: the source %s', (_, changed, mayNameVersions) => {
    const sources = far.sources.map((location) => ({ ...location, ...changed }));
    expect(resolveLocations({ source, options: {} }, { ...far, sources }, HOME)).toMatchObject({ mayNameVersions });
  });

  test('is that of the options of the execution if they set it', () => {
    const secret = (name: string) => `arn:aws:secretsmanager:us-east-1:111122223333:secret:${name}`;
    const options = {
      requestPayer: 'requester',
      expectedSourceBucketOwner: '111122223333',
      copySourceSseCustomerKeySecretArn: secret('a'),
      sseCustomerKeySecretArn: secret('b'),
    } as const;
    expect(resolveLocations({ source, options }, far, HOME)).toMatchObject({
      source: { region: 'eu-west-1', owner: '111122223333', requestPayer: 'requester', customerKey: secret('a') },
      destination: { owner: '444455556666', requestPayer: 'requester', customerKey: secret('b') },
    });
  });

  test.each([
    ['expectedSourceBucketOwner', '444455556666', '111122223333'],
    ['expectedBucketOwner', '111122223333', '444455556666'],
  ])('fails with NotAllowed if %s is another owner than the declared one', (option, other, declared) => {
    const request = { source, options: { [option]: other } };
    expect(() => resolveLocations(request, far, HOME)).toThrow(expect.objectContaining({ name: 'NotAllowed' }));
    expect(() => resolveLocations(request, far, HOME)).toThrow(
      `options.${option} is ${other}, but the bucket is declared with owner ${declared};`,
    );
  });
});
