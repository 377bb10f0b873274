import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type Fault, FaultInjector, InvalidFaultError, type S3Server } from '../../../local/s3';
import { parseFaultRules } from '../../../local/s3/simulation/faults';
import { clientOf, raw, startServer, until } from './clients';

const SLOW: Fault = { kind: 'error', status: 503, code: 'SlowDown', message: 'slow' };

describe('fault rules', () => {
  const target = { operation: 'PutObject', bucket: 'b', key: 'k', partNumber: undefined };

  it('skip, count and stop', () => {
    const faults = new FaultInjector(['PutObject', 'UploadPartCopy']);
    faults.add({ operation: 'PutObject', skip: 1, times: 2, fault: SLOW });
    const seen = Array.from({ length: 5 }, () => faults.next(target) !== undefined);
    expect(seen).toEqual([false, true, true, false, false]);
  });

  it('fit by operation, bucket, key and part', () => {
    const faults = new FaultInjector(['PutObject', 'UploadPartCopy']);
    faults.add({ operation: 'UploadPartCopy', bucket: 'b', key: 'k', partNumber: 7, fault: SLOW });
    const part = { operation: 'UploadPartCopy', bucket: 'b', key: 'k', partNumber: 7 };
    expect(faults.next({ ...part, partNumber: 8 })).toBeUndefined();
    expect(faults.next({ ...part, bucket: 'c' })).toBeUndefined();
    expect(faults.next({ ...part, key: 'l' })).toBeUndefined();
    expect(faults.next(target)).toBeUndefined();
    expect(faults.next(part)).toEqual(SLOW);
  });

  it('fall the same way in every run of a seed', () => {
    const run = (seed: number): string => {
      const faults = new FaultInjector(['PutObject', 'UploadPartCopy']);
      faults.add({ operation: 'PutObject', probability: 0.3, seed, fault: SLOW });
      return Array.from({ length: 200 }, () => (faults.next(target) === undefined ? '.' : 'x')).join('');
    };
    expect(run(1)).toBe(run(1));
    expect(run(1)).not.toBe(run(2));
    const hits = run(1).replaceAll('.', '').length;
    expect(hits).toBeGreaterThan(30);
    expect(hits).toBeLessThan(90);
  });

  it('come from a file as an array or a line each', () => {
    const rule = { operation: 'PutObject', fault: SLOW };
    expect(parseFaultRules(JSON.stringify([rule, rule]), 'f')).toEqual([rule, rule]);
    expect(parseFaultRules(`${JSON.stringify(rule)}\n\n${JSON.stringify(rule)}\n`, 'f')).toEqual([rule, rule]);
    expect(() => parseFaultRules('{"operation": 1}', 'f')).toThrow(InvalidFaultError);
    expect(() => parseFaultRules('nonsense', 'f')).toThrow('f holds no fault rules');
  });

  it('are refused when they cannot be', () => {
    const faults = new FaultInjector(['PutObject', 'UploadPartCopy']);
    expect(() => faults.add({ operation: 'PutObject', fault: { kind: 'boom' } as never })).toThrow(InvalidFaultError);
    expect(() => faults.add({ operation: 'PutObject', probability: 30, fault: SLOW })).toThrow('not between 0 and 1');
    expect(() => faults.add({ operation: 'UploadPartCopie', fault: SLOW })).toThrow(
      "unknown operation 'UploadPartCopie' in a fault rule: write S3's name of it",
    );
    expect(() => faults.add({ operation: 'PutObject', partnumber: 7, fault: SLOW } as never)).toThrow(
      "a fault rule has no field 'partnumber': use operation, bucket, key, partNumber,",
    );
    expect(() => faults.add({ operation: 'PutObject', fault: { ...SLOW, statusCode: 500 } as never })).toThrow(
      "the fault of a rule has no field 'statusCode': use kind, status, code,",
    );
  });
});

describe('faults of a server', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer();
    server.createBucket('bucket');
  });

  const put = async (Key: string) =>
    clientOf(server).send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'x'.repeat(1000) }));
  const exists = async (Key: string): Promise<boolean> => {
    server.faults.clear();
    try {
      await clientOf(server).send(new HeadObjectCommand({ Bucket: 'bucket', Key }));
      return true;
    } catch {
      return false;
    }
  };

  it('answer an error in place of the effect', async () => {
    server.faults.add({ operation: 'PutObject', times: 1, fault: SLOW });
    await expect(put('k')).rejects.toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
    expect(server.requestLog.entries()[0]).toMatchObject({
      operation: 'PutObject',
      status: 503,
      errorCode: 'SlowDown',
    });
    expect(await exists('k')).toBe(false);
    await put('k');
  });

  it('fail as when KMS throttles', async () => {
    server.faults.add({ operation: 'PutObject', fault: { kind: 'kms-throttling' } });
    await expect(put('k')).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  it.each([
    [true, /<\/Error>\n$/],
    [false, /<\/Error>$/],
  ])('put an error into a 200, trailing white space %s', async (trailingWhitespace, end) => {
    const fault: Fault = { kind: 'error-in-200', code: 'InternalError', message: 'm', trailingWhitespace };
    server.faults.add({ operation: 'PutObject', fault });
    const answer = await raw(server, { method: 'PUT', path: '/bucket/k', body: 'x' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatch(end);
    expect(await exists('k')).toBe(false);
  });

  it('answer 200 with nothing', async () => {
    server.faults.add({ operation: 'PutObject', fault: { kind: 'empty-200' } });
    expect(await raw(server, { method: 'PUT', path: '/bucket/k', body: 'x' })).toMatchObject({ status: 200, body: '' });
    expect(await exists('k')).toBe(false);
  });

  it.each([
    ['reset-before', false],
    ['reset-after', true],
  ] as const)('cut the connection: %s', async (kind, effect) => {
    server.faults.add({ operation: 'PutObject', fault: { kind } });
    await expect(put('k')).rejects.toThrow('ECONNRESET');
    expect(await exists('k')).toBe(effect);
  });

  it('cut an answer in its middle', async () => {
    await put('k');
    server.faults.add({ operation: 'GetObject', fault: { kind: 'truncate' } });
    const object = await clientOf(server).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }));
    await expect(object.Body?.transformToString()).rejects.toThrow();
  });

  it('never answer, until the client gives up', async () => {
    server.faults.add({ operation: 'HeadObject', times: 1, fault: { kind: 'hang' } });
    const next = jest.spyOn(server.faults, 'next');
    const abort = new AbortController();
    const asked = clientOf(server).send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'k' }), {
      abortSignal: abort.signal,
    });
    await until(() => next.mock.results.length > 0);
    abort.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('can be loaded from a file', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'faults-')), 'faults.json');
    await writeFile(file, JSON.stringify([{ operation: 'PutObject', fault: SLOW }]));
    await server.loadFaults(file);
    await expect(put('k')).rejects.toMatchObject({ name: 'SlowDown' });
  });
});
