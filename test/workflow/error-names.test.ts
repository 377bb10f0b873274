import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyDestination, CopySource } from '../../lib';
import type { FaultRule } from '../../local/s3';
import { type Copy, copied, failed, type Way, WAYS } from './support';

// The name of an error says what is wrong, whatever form S3 gives it.

function faults(...rules: FaultRule[]): Copy['run'] {
  return { onReady: (server) => rules.forEach((rule) => server.faults.add(rule)) };
}

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** Both ends may use the key. */
const withKey: Copy['props'] = (stack) => {
  const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY);
  const bucket = (bucketName: string) => new s3.Bucket(stack, bucketName, { bucketName });
  return {
    sources: [CopySource.bucket(bucket('raw'), { prefix: 'in/', encryptionKey })],
    destinations: [CopyDestination.bucket(bucket('lake'), { prefix: 'out/', encryptionKey })],
  };
};
const encrypted = { encryption: { sseAlgorithm: 'aws:kms', kmsKeyId: KEY } };

describe.each(WAYS)('final errors in the body of a 200: %s', (way) => {
  const operation = way === 'parts' ? 'UploadPartCopy' : 'CopyObject';

  test.each([
    ['AccessDenied', 'AccessDenied'],
    ['PreconditionFailed', 'SourceChanged'],
    ['InvalidArgument', 'RequestRejected'],
  ])('%s is %s at the first try', async (code, name) => {
    const rule: FaultRule = { operation, fault: { kind: 'error-in-200', code, message: 'No.' } };
    const { requests } = await failed({ run: faults(rule) }, way, name);
    expect(requests[operation]).toBeLessThanOrEqual(3);
  });
});

test('a HEAD of the destination that fails for a moment does not make up an object there', async () => {
  const rule: FaultRule = {
    operation: 'HeadObject',
    bucket: 'lake',
    times: 1,
    fault: { kind: 'error', status: 400, code: 'RequestTimeout', message: 'Please try again.' },
  };
  await copied({ options: { overwrite: 'never' }, run: faults(rule) }, 'parts');
});

test('a condition that fails in the body of a 200 is DestinationExists', async () => {
  const rule: FaultRule = {
    operation: 'CompleteMultipartUpload',
    fault: { kind: 'error-in-200', code: 'PreconditionFailed', message: 'No.' },
  };
  await failed({ options: { overwrite: 'never' }, run: faults(rule) }, 'parts', 'DestinationExists');
});

describe.each(['sourceBucket', 'destinationBucket'])('the KMS key of the %s', (bucket) => {
  const given = (state: string): Copy => ({
    props: withKey,
    setup: { [bucket]: encrypted, kmsKeyStates: { [KEY]: state } },
  });

  test.each<[string, RegExp, Way]>([
    ['Disabled', /is disabled: enable it/, 'parts'],
    ['PendingDeletion', /is pending deletion/, 'CopyObject'],
    ['Deleted', /does not exist/, 'parts'],
  ])('%s is KmsKeyUnavailable with what to do', async (state, cause, way) => {
    const { execution } = await failed(given(state), way, 'KmsKeyUnavailable');
    expect(execution.cause).toMatch(cause);
    expect(execution.cause).not.toContain('UnknownError');
  });

  test('throttled for minutes does not fail the copy', async () => {
    const setup = { [bucket]: encrypted, kmsKeyStates: { [KEY]: 'Throttled' } };
    const run: Copy['run'] = {
      onReady: (server) => {
        let refused = 0;
        server.onOperation(({ phase, status }) => {
          if (phase === 'answered' && status === 503 && ++refused === 20) server.setKmsKeyState(KEY, 'Enabled');
        });
      },
    };
    await copied({ props: withKey, setup, run }, 'parts');
  });
});

describe.each(WAYS)('an object at the destination whose KMS key is disabled, by %s', (way) => {
  const given = (options: object): Copy => ({
    props: withKey,
    setup: {
      existing: [{ content: 'x', serverSideEncryption: 'aws:kms', ssekmsKeyId: KEY }],
      kmsKeyStates: { [KEY]: 'Disabled' },
    },
    options,
  });

  test('is replaced if only equal objects are left', async () => {
    const { copy: made } = await copied(given({ overwrite: 'if-different' }), way);
    expect(made).toMatchObject({ serverSideEncryption: 'AES256' });
  });

  test('is DestinationExists if it must not exist', async () => {
    await failed(given({ overwrite: 'never' }), way, 'DestinationExists');
  });
});

test.each<FaultRule['fault']['kind']>(['kms-disabled', 'kms-pending-deletion', 'kms-not-found'])(
  '%s at the end: the cause says that the copy was made',
  async (kind) => {
    const rule = { operation: '*', since: 'CompleteMultipartUpload', after: 1, fault: { kind } } as FaultRule;
    const { execution } = await failed(
      { run: faults({ ...rule, operation: 'HeadObject', bucket: 'lake' }, { ...rule, operation: 'GetObject' }) },
      'parts',
      'KmsKeyUnavailable',
    );
    expect(execution.cause).toContain('was made, and could not be verified');
  },
);

describe('a HEAD without a body', () => {
  test('that is denied tells the action that is missing', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::{bucket}/*' }],
    };
    const given: Copy = { setup: { sourceBucket: { policy } } };
    const { execution } = await failed(given, 'CopyObject', 'AccessDenied');
    expect(execution.cause).toMatch(
      /not allowed to perform s3:GetObject on arn:aws:s3:::raw\/in\/object.bin: the bucket policy denies it/,
    );
    expect(execution.cause).not.toMatch(/Unknown/);
  });

  test('that is refused once is asked again', async () => {
    const rule: FaultRule = {
      operation: 'HeadObject',
      times: 1,
      fault: { kind: 'error', status: 403, code: 'AccessDenied', message: 'No.' },
    };
    const { requests } = await copied({ run: faults(rule) }, 'CopyObject');
    expect(requests).toMatchObject({ GetObject: 1 });
  });

  test('of an expired token is transient', async () => {
    const expired = {
      kind: 'error',
      status: 400,
      code: 'ExpiredToken',
      message: 'The provided token has expired.',
    } as const;
    await copied(
      {
        run: faults(
          { operation: 'HeadObject', times: 1, fault: expired },
          { operation: 'GetObject', times: 1, fault: expired },
        ),
      },
      'parts',
    );
  });

  test('of an object with a customer-provided key says so', async () => {
    const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf';
    const setup = {
      sourceBucket: { blockCustomerKeys: false },
      object: { sseCustomerKeySecret: secret },
      secrets: { [secret]: Buffer.alloc(32, 1).toString('base64') },
    };
    const { execution } = await failed({ setup }, 'CopyObject', 'CustomerKeyInvalid');
    expect(execution.cause).toContain('copySourceSseCustomerKeySecretArn');
  });

  test('of an empty object whose first byte cannot be had', async () => {
    const rule: FaultRule = {
      operation: 'HeadObject',
      times: 1,
      fault: { kind: 'error', status: 400, code: 'InvalidRequest', message: 'No.' },
    };
    await copied({ setup: { object: { size: 0 } }, run: faults(rule) }, 'CopyObject');
  });
});

test('KMS throttling of CopyObject for 10 minutes does not fail the copy', async () => {
  const rule: FaultRule = {
    operation: '*',
    since: 'CopyObject',
    after: 0,
    until: 600_000,
    fault: { kind: 'kms-throttling' },
  };
  await copied({ destination: { encryption: s3.BucketEncryption.KMS }, run: faults(rule) }, 'CopyObject');
});
