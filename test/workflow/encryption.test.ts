import { randomBytes } from 'node:crypto';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { type Copy, copied, copy, failed, WAYS } from './support';

// Customer-provided keys (SSE-C), which come from Secrets Manager and are seen nowhere else.

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:';
const SOURCE = `${ARN}source-AbCdEf`;
const DESTINATION = `${ARN}destination-AbCdEf`;
const KEYS = { [SOURCE]: randomBytes(32).toString('base64'), [DESTINATION]: randomBytes(32).toString('base64') };

const allowed: Copy = {
  setup: {
    sourceBucket: { blockCustomerKeys: false },
    destinationBucket: { blockCustomerKeys: false },
    secrets: { ...KEYS },
  },
  props: (stack) => ({
    customerKeys: [SOURCE, DESTINATION].map((arn, index) =>
      secretsmanager.Secret.fromSecretCompleteArn(stack, `Secret${index}`, arn),
    ),
  }),
};
const encryptedSource: Copy = { ...allowed, setup: { ...allowed.setup, object: { sseCustomerKeySecret: SOURCE } } };
const fromSecret = { copySourceSseCustomerKeySecretArn: SOURCE };
const toSecret = { sseCustomerKeySecretArn: DESTINATION };

describe.each(WAYS)('by %s', (way) => {
  test('from a customer-provided key', async () => {
    const { source, copy: made } = await copied({ ...encryptedSource, options: fromSecret }, way);
    expect(source!.sseCustomerKeyMd5).toBeDefined();
    expect(made).toMatchObject({ serverSideEncryption: 'AES256', sseCustomerKeyMd5: undefined });
  });

  test('to a customer-provided key', async () => {
    const { result, copy: made } = await copied({ ...allowed, options: toSecret }, way);
    expect(made!.sseCustomerKeyMd5).toBeDefined();
    expect(result).toMatchObject({ sseCustomerAlgorithm: 'AES256', sseCustomerKeyMd5: made!.sseCustomerKeyMd5 });
  });

  test('from one to another', async () => {
    const { source, copy: made } = await copied({ ...encryptedSource, options: { ...fromSecret, ...toSecret } }, way);
    expect(made!.sseCustomerKeyMd5).not.toBe(source!.sseCustomerKeyMd5);
  });

  test('over an object of the same key, where it must not exist', async () => {
    const given = {
      ...allowed,
      setup: { ...allowed.setup, existing: [{ content: 'x', sseCustomerKeySecret: DESTINATION }] },
    };
    await failed({ ...given, options: { ...toSecret, overwrite: 'never' } }, way, 'DestinationExists');
  });

  // Plan cannot read the object at the destination.
  describe.each<[string, object, object]>([
    ['with a key over an object without one', { content: 'x' }, toSecret],
    ['over an object of another key', { content: 'x', sseCustomerKeySecret: SOURCE }, toSecret],
    ['without a key over an object of one', { content: 'x', sseCustomerKeySecret: SOURCE }, {}],
  ])('%s', (_, existing, options) => {
    const given: Copy = { ...allowed, setup: { ...allowed.setup, existing: [existing] } };

    test('DestinationExists if it must not exist', async () => {
      const { execution } = await failed(
        { ...given, options: { ...options, overwrite: 'never' } },
        way,
        'DestinationExists',
      );
      expect(execution.states).toEqual(['Plan']);
    });

    test('COPIED if only equal objects are left', async () => {
      const { result } = await copied({ ...given, options: { ...options, overwrite: 'if-different' } }, way);
      expect(result).toMatchObject({ status: 'COPIED' });
    });

    test('S3 compares its ETag', async () => {
      await failed({ ...given, options: { ...options, ifMatch: '"x"' } }, way, 'DestinationExists');
    });
  });

  test.each([
    ['without a key', { content: 'older' }],
    ['of another key', { content: 'older', sseCustomerKeySecret: SOURCE }],
  ])('over an object %s, after a lost answer', async (_, older) => {
    // Looking for what the first attempt made, S3 refuses to read the older object with the key of the copy.
    const operation = way === 'CopyObject' ? 'CopyObject' : 'CompleteMultipartUpload';
    const fault = { kind: 'error', status: 404, code: 'NoSuchUpload', message: 'gone' } as const;
    const { copy: made } = await copied(
      {
        ...allowed,
        setup: { ...allowed.setup, existing: [older] },
        destination: { versioned: true },
        options: toSecret,
        run: {
          onReady: ({ faults }) =>
            faults.add({ operation, times: 1, fault: way === 'CopyObject' ? { kind: 'reset-before' } : fault }),
        },
      },
      way,
    );
    expect(made!.sseCustomerKeyMd5).toBeDefined();
  });

  test('replaced by an object without a key before it is verified is ConcurrentWrite', async () => {
    const operation = way === 'CopyObject' ? 'CopyObject' : 'CompleteMultipartUpload';
    const run: Copy['run'] = {
      onReady: (server) =>
        void server.onOperation((event) => {
          if (event.phase !== 'answered' || event.operation !== operation) return;
          server.putGenerated({ bucket: 'lake', key: 'out/object.bin', size: 5, seed: 'another writer' });
        }),
    };
    const { execution } = await failed({ ...allowed, options: toSecret, run }, way, 'ConcurrentWrite');
    expect(execution.cause).toContain('was made, and then replaced');
  });

  test('a secret that is not granted is NotAllowed', async () => {
    const options = { sseCustomerKeySecretArn: `${ARN}other-AbCdEf` };
    expect((await failed({ ...allowed, options }, way, 'NotAllowed')).execution.states).toEqual(['Plan']);
  });

  test('a secret that holds no key is CustomerKeyInvalid', async () => {
    const setup = { ...allowed.setup, secrets: { [DESTINATION]: 'c2hvcnQ=' } };
    const { execution } = await failed(
      { ...allowed, setup, options: { ...toSecret, overwrite: 'never' } },
      way,
      'CustomerKeyInvalid',
    );
    expect(execution.cause).toContain('holds 5 bytes');
  });

  test('an encrypted source, and no secret named, is CustomerKeyInvalid', async () => {
    await failed({ ...encryptedSource, input: { source: 's3://raw/in/object.bin' } }, way, 'CustomerKeyInvalid');
  });

  test('an encrypted source, and another secret named, is refused', async () => {
    const options = { copySourceSseCustomerKeySecretArn: DESTINATION };
    const { execution } = await copy({ ...encryptedSource, options }, way);
    expect(execution.error).toMatch(/CustomerKeyInvalid|AccessDenied/);
    expect(execution.cause).toContain(DESTINATION);
  });

  test('a bucket that blocks such keys is AccessDenied, and the cause says so', async () => {
    const setup = { ...allowed.setup, destinationBucket: { blockCustomerKeys: true } };
    const { execution } = await failed({ ...allowed, setup, options: toSecret }, way, 'AccessDenied');
    expect(execution.cause).toContain('blocks customer-provided keys');
  });

  test('a source with annotations is refused in Plan, and copied where they are left out', async () => {
    const setup = { ...allowed.setup, object: { annotations: { note: 'seen' } } };
    const props: Copy['props'] = (stack) => ({ ...allowed.props!(stack), copyAnnotations: true });
    const given = { ...allowed, setup, props };
    const { execution } = await failed({ ...given, options: toSecret }, way, 'UnsupportedDestination');
    expect(execution.states).toEqual(['Plan']);
    const { copy: made } = await copied({ ...given, options: { ...toSecret, annotationDirective: 'EXCLUDE' } }, way);
    expect(made!.annotations).toEqual({});
  });

  test('no key is in the report', async () => {
    const report = JSON.stringify(await copied({ ...encryptedSource, options: { ...fromSecret, ...toSecret } }, way));
    for (const key of Object.values(KEYS)) expect(report).not.toContain(key);
  });
});
