import type { CallContext } from '../../../../lambda/shared/call-context';
import { ask, type Caller, unlessCode } from '../../../../lambda/shared/calls/ask';
import { CopyError } from '../../../../lambda/shared/errors';
import type { CallRecord } from '../../../../lambda/shared/logs/call';
import { ErrorName } from '../../../../lib/private/protocol';

const context: CallContext = { api: 'HeadObject', source: { bucket: 'raw', key: 'k' } };
const sdkError = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode, requestId: 'failed' } });
const answer = { $metadata: { requestId: 'answered' } };

/** A caller whose clock only advances when it sleeps, and what it did. */
function caller() {
  let now = 0;
  const delays: number[] = [];
  const records: CallRecord[] = [];
  const sleep = (milliseconds: number) => {
    now += milliseconds;
    delays.push(milliseconds);
    return Promise.resolve();
  };
  const fake: Caller = { time: { now: () => now, sleep }, record: (call) => records.push(call) };
  return { fake, delays, records };
}

/** Fails with each error in turn, then answers. */
function failing(...errors: Error[]) {
  const left = [...errors];
  return jest.fn(() => {
    const error = left.shift();
    return error ? Promise.reject(error) : Promise.resolve(answer);
  });
}

test.each([
  [500, 'InternalError'],
  [503, 'SlowDown'],
  [200, 'SyntaxError'],
])('makes a call again after %d %s', async (status, code) => {
  const send = failing(sdkError(code, status), sdkError(code, status));
  await expect(ask(caller().fake, context, send)).resolves.toBe(answer);
  expect(send).toHaveBeenCalledTimes(3);
});

test('fails with the last error after four attempts', async () => {
  const send = failing(...Array.from({ length: 9 }, () => sdkError('InternalError', 500)));
  await expect(ask(caller().fake, context, send)).rejects.toMatchObject({ name: 'TransientS3Error' });
  expect(send).toHaveBeenCalledTimes(4);
});

test('fails at once with an error that does not pass', async () => {
  const send = failing(sdkError('AccessDenied', 403));
  await expect(ask(caller().fake, context, send)).rejects.toMatchObject({ name: 'AccessDenied' });
  expect(send).toHaveBeenCalledTimes(1);
});

test('waits longer with every attempt, and longest if it is throttled', async () => {
  const delaysFor = async (code: string) => {
    const { fake, delays } = caller();
    await ask(fake, context, failing(...Array.from({ length: 3 }, () => sdkError(code, 500))));
    return delays;
  };
  jest.spyOn(Math, 'random').mockReturnValue(1);
  expect(await delaysFor('InternalError')).toEqual([100, 200, 400]);
  expect(await delaysFor('SlowDown')).toEqual([500, 1000, 2000]);
  jest.mocked(Math.random).mockRestore();
});

test('makes a call again if its answer lacks the result', async () => {
  const answers = [{}, answer];
  const send = jest.fn(() => Promise.resolve(answers.shift()!));
  const missing = (given: object) => ('$metadata' in given ? undefined : 'CopyPartResult.ETag');
  await expect(ask(caller().fake, context, send, { missing })).resolves.toBe(answer);
  await expect(
    ask(caller().fake, context, () => Promise.resolve({}), { missing: () => 'UploadId' }),
  ).rejects.toMatchObject({
    name: 'TransientS3Error',
    message: 'HeadObject: S3 answered 200 without UploadId',
  });
});

test('records every attempt with its duration, its request and its error', async () => {
  const { fake, records } = caller();
  const send = async () => {
    await fake.time.sleep(70);
    if (records.length === 0) throw sdkError('InternalError', 500);
    return answer;
  };
  await ask(fake, context, send);
  expect(records).toEqual([
    {
      context,
      attempt: 1,
      milliseconds: expect.closeTo(70),
      request: { httpStatusCode: 500, requestId: 'failed' },
      error: expect.objectContaining({ name: 'TransientS3Error' }),
    },
    { context, attempt: 2, milliseconds: expect.closeTo(70), request: { requestId: 'answered' } },
  ]);
});

describe('unlessCode', () => {
  test('is undefined if the call fails with one of the codes', async () => {
    const call = ask(caller().fake, context, failing(sdkError('NotFound', 404)));
    await expect(unlessCode(call, 'NotFound')).resolves.toBeUndefined();
  });

  test('fails with every other error', async () => {
    const call = ask(caller().fake, context, failing(sdkError('NoSuchBucket', 404)));
    await expect(unlessCode(call, 'NotFound')).rejects.toMatchObject({ name: 'BucketNotFound' });
    const own = new CopyError(ErrorName.SIZE_MISMATCH, 'NotFound');
    await expect(unlessCode(Promise.reject(own), 'NotFound')).rejects.toBe(own);
  });
});
