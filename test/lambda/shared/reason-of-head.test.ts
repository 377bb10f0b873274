import { CopyError } from '../../../lambda/shared/errors';
import { reasonOfHead } from '../../../lambda/shared/reason-of-head';
import { ErrorName } from '../../../lib/private/protocol';

const answered = (httpStatusCode: number, name = 'Unknown') =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
const asOurs = (cause: unknown, name = ErrorName.REQUEST_REJECTED) =>
  new CopyError(name, 'GetObject failed', { cause });
const failing = (error: Error) => () => Promise.reject(error);

test.each([404, 412, 503])('a HEAD that is answered %i needs no reason', async (status) => {
  const thrown = answered(status);
  expect(await reasonOfHead(thrown, failing(new Error('is not asked')))).toBe(thrown);
});

describe.each([400, 403])('the reason of a HEAD that is answered %i', (status) => {
  const thrown = answered(status);

  test('is the error of the GET', async () => {
    const reason = answered(400, 'KMS.DisabledException');
    expect(await reasonOfHead(thrown, failing(asOurs(reason)))).toBe(reason);
  });

  test('is unknown if only GET is refused', async () => {
    expect(await reasonOfHead(thrown, failing(asOurs(answered(403, 'InvalidObjectState'))))).toBe(thrown);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['the GET succeeds', () => Promise.resolve()],
    ['the object is empty', failing(asOurs(answered(416, 'InvalidRange')))],
    ['the GET is answered 200 without a result', failing(new CopyError(ErrorName.TRANSIENT_S3_ERROR, 'no ETag'))],
  ])('passes if %s', async (_, get) => {
    expect(await reasonOfHead(thrown, get)).toMatchObject({ $metadata: { httpStatusCode: 503 } });
  });
});
