import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { InvalidOptionError } from '../../../local/s3';
import { Latency } from '../../../local/s3/simulation/latency';
import { clientOf, startServer } from './clients';
import { ManualClock } from './manual-clock';

describe('the latency model', () => {
  it('reproduces the published time of a part copy', () => {
    const latency = new Latency('aws', 1, new ManualClock());
    expect(latency.delay('UploadPartCopy', 0)).toBe(2700);
    expect(latency.delay('UploadPartCopy', 780 * 1024 ** 2)).toBeCloseTo(12_700);
    expect(latency.delay('HeadObject', 0)).toBe(100);
  });

  it('is scaled', () => {
    expect(new Latency('aws', 0.01, new ManualClock()).delay('UploadPartCopy', 0)).toBe(27);
    expect(new Latency({ partCopySeconds: 1 }, 1, new ManualClock()).delay('UploadPartCopy', 0)).toBe(1000);
  });

  it('takes no time and admits everything while it is paused', () => {
    const latency = new Latency({ writesPerSecond: 1 }, 1, new ManualClock());
    latency.isPaused = true;
    expect(latency.delay('UploadPartCopy', 1024 ** 4)).toBe(0);
    expect([1, 2, 3].map(() => latency.admit('PUT', 'b', 'k'))).toEqual([true, true, true]);
    latency.isPaused = false;
    expect(latency.delay('UploadPartCopy', 0)).toBe(2700);
    expect([1, 2].map(() => latency.admit('PUT', 'b', 'k'))).toEqual([true, false]);
  });

  it('limits requests per second and prefix', () => {
    const clock = new ManualClock();
    const latency = new Latency({ writesPerSecond: 3, readsPerSecond: 5 }, 1, clock);
    const admitted = (method: string, key: string): number =>
      Array.from({ length: 10 }, () => latency.admit(method, 'b', key)).filter(Boolean).length;
    expect(admitted('PUT', 'a/x')).toBe(3);
    expect(admitted('GET', 'a/x')).toBe(5);
    expect(admitted('PUT', 'b/x')).toBe(3);
    clock.advance(1000);
    expect(admitted('PUT', 'a/x')).toBe(3);
    clock.advance(334);
    expect(admitted('PUT', 'a/x')).toBe(1);
  });

  it('refuses invalid numbers', () => {
    expect(() => new Latency({ requestSeconds: -1 }, 1, new ManualClock())).toThrow(InvalidOptionError);
    expect(() => new Latency('aws', NaN, new ManualClock())).toThrow(InvalidOptionError);
  });

  it('causes 503 SlowDown above the request rate of a prefix', async () => {
    const server = await startServer({ latency: { readsPerSecond: 2, requestSeconds: 0 }, timeScale: 1000 });
    server.createBucket('bucket');
    server.putGenerated({ bucket: 'bucket', key: 'k', size: 1 });
    const s3: S3Client = clientOf(server);
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, async () =>
        s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' })).then(
          () => 'ok',
          (error: Error) => error.name,
        ),
      ),
    );
    expect(outcomes.sort()).toEqual(['SlowDown', 'SlowDown', 'SlowDown', 'ok', 'ok']);
  });
});
