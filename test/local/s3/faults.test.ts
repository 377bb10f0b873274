import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type Fault, FaultInjector, InvalidFaultError, type S3Server } from '../../../local/s3';
import { parseFaultRules } from '../../../local/s3/simulation/fault-rules';
import { clientOf, raw, startServer, until } from './clients';
import { ManualClock } from './manual-clock';

const SLOW = { kind: 'error', status: 503, code: 'SlowDown', message: 'slow' } as const;

const OPERATIONS = ['PutObject', 'UploadPartCopy'];
const injector = (clock = new ManualClock(), timeScale = 1) => new FaultInjector(OPERATIONS, { clock, timeScale });

describe('fault rules', () => {
  const target = { operation: 'PutObject', bucket: 'b', key: 'k', partNumber: undefined };

  it('apply after `skip` requests, `times` times', () => {
    const faults = injector();
    faults.add({ operation: 'PutObject', skip: 1, times: 2, fault: SLOW });
    const seen = Array.from({ length: 5 }, () => faults.next(target) !== undefined);
    expect(seen).toEqual([false, true, true, false, false]);
  });

  it('match by operation, bucket, key and part', () => {
    const faults = injector();
    faults.add({ operation: 'UploadPartCopy', bucket: 'b', key: 'k', partNumber: 7, fault: SLOW });
    const part = { operation: 'UploadPartCopy', bucket: 'b', key: 'k', partNumber: 7 };
    expect(faults.next({ ...part, partNumber: 8 })).toBeUndefined();
    expect(faults.next({ ...part, bucket: 'c' })).toBeUndefined();
    expect(faults.next({ ...part, key: 'l' })).toBeUndefined();
    expect(faults.next(target)).toBeUndefined();
    expect(faults.next(part)).toEqual(SLOW);
  });

  it('select the same requests for the same seed', () => {
    const run = (seed: number): string => {
      const faults = injector();
      faults.add({ operation: 'PutObject', probability: 0.3, seed, fault: SLOW });
      return Array.from({ length: 200 }, () => (faults.next(target) === undefined ? '.' : 'x')).join('');
    };
    expect(run(1)).toBe(run(1));
    expect(run(1)).not.toBe(run(2));
    const hits = run(1).replaceAll('.', '').length;
    expect(hits).toBeGreaterThan(30);
    expect(hits).toBeLessThan(90);
  });

  it('apply in a scaled time window that starts when they are added', () => {
    const clock = new ManualClock();
    const faults = injector(clock, 0.1);
    clock.advance(5000);
    faults.add({ operation: '*', after: 10_000, until: 20_000, fault: SLOW });
    const after = (milliseconds: number): boolean => {
      clock.advance(milliseconds);
      return faults.next(target) !== undefined;
    };
    expect([after(0), after(999), after(1), after(999), after(1)]).toEqual([false, false, true, true, false]);
  });

  it('can start their time window at the first request of an operation', () => {
    const clock = new ManualClock();
    const faults = injector(clock);
    faults.add({ operation: '*', since: 'UploadPartCopy', until: 1000, fault: { kind: 'reset-before' } });
    clock.advance(5000);
    expect(faults.next(target)).toBeUndefined();
    expect(faults.next({ ...target, operation: 'UploadPartCopy' })).toEqual({ kind: 'reset-before' });
    clock.advance(999);
    expect(faults.next(target)).toEqual({ kind: 'reset-before' });
    faults.next({ ...target, operation: 'UploadPartCopy' });
    clock.advance(1);
    expect(faults.next(target)).toBeUndefined();
  });

  it('count skipped requests only within their time window', () => {
    const clock = new ManualClock();
    const faults = injector(clock);
    faults.add({ operation: '*', after: 1000, skip: 1, times: 1, fault: SLOW });
    expect([faults.next(target), faults.next(target)]).toEqual([undefined, undefined]);
    clock.advance(1000);
    expect([faults.next(target), faults.next(target), faults.next(target)]).toEqual([undefined, SLOW, undefined]);
  });

  it('are loaded from an array or from one rule per line', () => {
    const rule = { operation: 'PutObject', fault: SLOW };
    const parse = (text: string) => parseFaultRules(text, 'f.json', OPERATIONS);
    expect(parse(JSON.stringify([rule, rule]))).toEqual([rule, rule]);
    expect(parse(`${JSON.stringify(rule)}\n\n${JSON.stringify(rule)}\n`)).toEqual([rule, rule]);
    expect(() => parse('nonsense')).toThrow(
      'f.json is neither a JSON array of fault rules nor has one rule per line: ',
    );
    expect(() => parse(JSON.stringify([rule, { fault: SLOW }]))).toThrow(
      "f.json, rule 2: a fault rule needs the field 'operation': a string",
    );
  });

  it.each<[rule: object, message: string]>([
    [{ fault: { kind: 'boom' } }, "unknown kind of fault 'boom': use one of error, error-in-200,"],
    [
      { operation: 'UploadPartCopie' },
      "unknown operation 'UploadPartCopie' in a fault rule: use the name of an S3 operation",
    ],
    [{ since: 'Everything' }, "unknown operation 'Everything' in a fault rule"],
    [{ since: '*' }, "since '*' of a fault rule is not an operation"],
    [{ partnumber: 7 }, "a fault rule has no field 'partnumber': use operation, fault, bucket, key,"],
    [{ probability: 30 }, 'probability 30 of a fault rule must be a probability between 0 and 1, not a percentage'],
    [{ times: -1 }, 'times -1 of a fault rule must be a whole number from 0'],
    [{ skip: '1' }, 'skip "1" of a fault rule must be a whole number from 0'],
    [{ after: 5, until: 5 }, 'until 5 of a fault rule must be later than after 5: the rule would never apply'],
    [
      { fault: { ...SLOW, statusCode: 500 } },
      "a fault of kind error has no field 'statusCode': use kind, status, code,",
    ],
    [{ fault: { kind: 'error' } }, "a fault of kind error needs the field 'status': an HTTP status from 300 to 599"],
    [{ fault: { ...SLOW, status: 200 } }, 'status 200 of a fault of kind error must be an HTTP status from 300 to 599'],
    [{ fault: { kind: 'delay' } }, "a fault of kind delay needs the field 'milliseconds'"],
    [{ fault: { kind: 'hang', code: 'x' } }, "a fault of kind hang has no field 'code': use kind"],
  ])('are refused if they are invalid: %j', (rule, message) => {
    const add = () => injector().add({ operation: 'PutObject', fault: SLOW, ...rule });
    expect(add).toThrow(InvalidFaultError);
    expect(add).toThrow(message);
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

  it('return an error without the effect', async () => {
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

  it.each([
    ['kms-throttling', 'ThrottlingException'],
    ['kms-disabled', 'KMS.DisabledException'],
    ['kms-pending-deletion', 'KMS.KMSInvalidStateException'],
    ['kms-not-found', 'KMS.NotFoundException'],
  ] as const)('fail as the state of a KMS key lets them: %s', async (kind, name) => {
    server.faults.add({ operation: 'PutObject', fault: { kind } });
    await expect(put('k')).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
    expect(server.requestLog.entries().at(-1)).toMatchObject({ errorCode: name });
    expect(await exists('k')).toBe(false);
  });

  it.each<[fault: Extract<Fault, { code: string }>, status: number]>([
    [{ ...SLOW, afterEffect: true }, 503],
    [{ kind: 'error-in-200', code: 'InternalError', message: 'm', afterEffect: true }, 200],
  ])('return an error after the effect: %j', async (fault, status) => {
    server.faults.add({ operation: 'PutObject', fault });
    const answer = await raw(server, { method: 'PUT', path: '/bucket/k', body: 'x' });
    expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(`<Code>${fault.code}</Code>`)]);
    expect(await exists('k')).toBe(true);
  });

  it.each(['PreconditionFailed', 'AccessDenied'])('put a final error into a 200: %s', async (code) => {
    await put('k');
    server.faults.add({ operation: 'CopyObject', fault: { kind: 'error-in-200', code, message: 'm' } });
    const copy = clientOf(server).send(new CopyObjectCommand({ Bucket: 'bucket', Key: 'l', CopySource: 'bucket/k' }));
    await expect(copy).rejects.toMatchObject({ name: code });
  });

  it('match all operations for a time', async () => {
    server.faults.add({ operation: '*', times: 2, fault: { kind: 'reset-before' } });
    await expect(put('k')).rejects.toThrow('ECONNRESET');
    await expect(clientOf(server).send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'k' }))).rejects.toThrow(
      'ECONNRESET',
    );
    await put('k');
  });

  it.each([
    [true, /<\/Error>\n$/],
    [false, /<\/Error>$/],
  ])('return an error with status 200, trailing white space %s', async (trailingWhitespace, end) => {
    const fault: Fault = { kind: 'error-in-200', code: 'InternalError', message: 'm', trailingWhitespace };
    server.faults.add({ operation: 'PutObject', fault });
    const answer = await raw(server, { method: 'PUT', path: '/bucket/k', body: 'x' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatch(end);
    expect(await exists('k')).toBe(false);
  });

  it('return an empty 200', async () => {
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

  it('close the connection within a response', async () => {
    await put('k');
    server.faults.add({ operation: 'GetObject', fault: { kind: 'truncate' } });
    const object = await clientOf(server).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }));
    await expect(object.Body?.transformToString()).rejects.toThrow();
  });

  it('never respond', async () => {
    server.faults.add({ operation: 'HeadObject', times: 1, fault: { kind: 'hang' } });
    let isReceived = false;
    server.onOperation(() => void (isReceived = true));
    const abort = new AbortController();
    const asked = clientOf(server).send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'k' }), {
      abortSignal: abort.signal,
    });
    await until(() => isReceived);
    abort.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('can be loaded from a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'faults-'));
    const file = join(folder, 'faults.json');
    await writeFile(file, JSON.stringify([{ operation: 'PutObject', fault: SLOW }]));
    await server.loadFaults(file);
    await rm(folder, { recursive: true });
    await expect(put('k')).rejects.toMatchObject({ name: 'SlowDown' });
  });
});
