import { parseInput } from '../../../lambda/shared/input';

/** The example of the Amazon S3 User Guide, "Amazon S3 event notification message structure for EventBridge". */
const OBJECT_CREATED = {
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '111122223333',
  time: '2021-11-12T00:00:00Z',
  region: 'ca-central-1',
  resources: ['arn:aws:s3:::amzn-s3-demo-bucket1'],
  detail: {
    version: '0',
    bucket: { name: 'amzn-s3-demo-bucket1' },
    object: {
      key: 'example-key',
      size: 5,
      etag: 'b1946ac92492d2347c6235b4d2611184',
      'version-id': 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
      sequencer: '617f08299329d189',
    },
    'request-id': 'N4N7GDK58NMKJ12R',
    requester: '123456789012',
    'source-ip-address': '1.2.3.4',
    reason: 'PutObject',
  },
};

describe('the console form', () => {
  test('takes a source alone', () => {
    expect(parseInput({ source: { bucket: 'raw', key: 'a/b.bin' } })).toMatchObject({
      source: { bucket: 'raw', key: 'a/b.bin' },
      destination: undefined,
      options: {},
    });
  });

  test('takes s3:// strings, the key as it is', () => {
    const request = parseInput({ source: 's3://raw/a b+c%20d/ü?x=1&y\n/', destination: 's3://lake//x' });
    expect(request.source).toEqual({ bucket: 'raw', key: 'a b+c%20d/ü?x=1&y\n/' });
    expect(request.destination).toEqual({ bucket: 'lake', key: '/x' });
  });

  test('takes every option', () => {
    const options = { overwrite: 'never', dryRun: true, partSize: 5 * 1024 ** 2, maxConcurrency: 10_000 };
    expect(parseInput({ source: { bucket: 'raw', key: 'k', versionId: 'v' }, options })).toMatchObject({
      source: { bucket: 'raw', key: 'k', versionId: 'v' },
      options,
    });
  });

  test('takes a destination of which only one half is given', () => {
    expect(parseInput({ source: 's3://raw/k', destination: { key: 'x' } }).destination).toEqual({ key: 'x' });
  });
});

describe('an EventBridge event', () => {
  test('names bucket, key and version', () => {
    expect(parseInput(OBJECT_CREATED)).toEqual({
      source: { bucket: 'amzn-s3-demo-bucket1', key: 'example-key', versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e' },
      options: {},
    });
  });

  test('has a key that is not URL-encoded', () => {
    const event = structuredClone(OBJECT_CREATED);
    event.detail.object.key = 'a b+c%20d';
    expect(parseInput(event).source.key).toBe('a b+c%20d');
  });

  test.each([
    [{ 'detail-type': 'Object Deleted' }, /detail-type "Object Deleted"; only "Object Created"/],
    [{ source: 'my.app' }, /source "my.app"/],
    [{ detail: {} }, /detail.bucket is missing.*detail.object is missing/],
  ])('of another kind is refused: %j', (change, message) => {
    expect(() => parseInput({ ...OBJECT_CREATED, ...change })).toThrow(message);
  });
});

describe('refuses as InvalidInput, naming the value', () => {
  test.each<[unknown, RegExp]>([
    [undefined, /the input must be an object with a source/],
    ['s3://raw/k', /the input must be an object.*got "s3:\/\/raw\/k"/],
    [[], /the input must be an object/],
    [{}, /source is missing/],
    [{ source: 's3://raw' }, /source must be s3:\/\/bucket\/key.*got "s3:\/\/raw"/],
    [{ source: 7 }, /source must be s3:\/\/bucket\/key.*got 7/],
    [{ source: { bucket: 'raw' } }, /source.key is missing/],
    [{ source: { bucket: 'raw', key: '' } }, /source.key must not be empty/],
    [{ source: { bucket: 'raw', key: 'ü'.repeat(513) } }, /source.key must be at most 1024 bytes/],
    [{ source: { bucket: 'raw', key: 'k', versionID: 'v' } }, /source has unknown fields: "versionID"/],
    [{ source: 's3://raw/k', option: {} }, /the input has unknown fields: "option"/],
    [
      { source: 's3://raw/k', options: { overwrite: 'sometimes' } },
      /options.overwrite must be 'always'.*got "sometimes"/,
    ],
    [
      { source: 's3://raw/k', options: { partSize: 5 } },
      /options.partSize must be a whole number from 5242880 to 5368709120, got 5/,
    ],
    [{ source: 's3://raw/k', options: { partSize: '8MiB' } }, /options.partSize must be a whole number.*got "8MiB"/],
    [{ source: 's3://raw/k', options: { maxConcurrency: 1.5 } }, /options.maxConcurrency must be a whole number/],
    [{ source: 's3://raw/k', destination: 's3:/lake/x' }, /destination must be s3:\/\/bucket\/key.*got "s3:\/lake\/x"/],
  ])('%j', (input, message) => {
    expect(() => parseInput(input)).toThrow(expect.objectContaining({ name: 'InvalidInput' }));
    expect(() => parseInput(input)).toThrow(message);
  });

  test('every problem at once', () => {
    expect(() => parseInput({ source: { bucket: 'raw' }, options: { dryRun: 'yes' }, more: 1 })).toThrow(
      /source.key is missing.*options.dryRun must be true or false.*unknown fields: "more"/,
    );
  });
});
