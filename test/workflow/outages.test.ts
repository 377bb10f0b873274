import type { FaultRule } from '../../local/s3';
import { copied } from './support';

// A total outage of 10 minutes, in time that passes faster, that begins in the middle of a copy. docs/operations.md has the command
// that runs the same at a slower pace.

const MINUTES_10 = 600_000;
const UNAVAILABLE = {
  kind: 'error',
  status: 503,
  code: 'ServiceUnavailable',
  message: 'Service is unavailable.',
} as const;

function outage(fault: FaultRule['fault'], since: FaultRule['since'], after = 1): FaultRule {
  return { operation: '*', since, after, until: after + MINUTES_10, fault };
}

test.each<[string, FaultRule['fault']]>([
  ['503s', UNAVAILABLE],
  ['connection resets', { kind: 'reset-before' }],
])(
  'a copy of 1 TiB with 250 workers outlives %s',
  async (_, fault) => {
    const { result } = await copied({
      setup: { object: { size: '1TiB' } },
      run: { timeScale: 100, onReady: (server) => server.faults.add(outage(fault, 'UploadPartCopy', 1000)) },
    });
    expect(result).toMatchObject({ status: 'COPIED', parts: 250 });
  },
  120_000,
);

test.each<FaultRule['since']>(['HeadObject', 'CreateMultipartUpload', 'ListParts', 'CompleteMultipartUpload'])(
  'a copy in parts outlives an outage that begins with %s',
  async (since) => {
    await copied({ run: { onReady: (server) => server.faults.add(outage(UNAVAILABLE, since)) } }, 'parts');
  },
  60_000,
);

test.each<FaultRule['fault']>([
  UNAVAILABLE,
  { kind: 'error', status: 500, code: 'InternalError', message: 'We encountered an internal error.' },
  { kind: 'reset-after' },
])(
  'one CopyObject outlives an outage: %j',
  async (fault) => {
    await copied({ run: { onReady: (server) => server.faults.add(outage(fault, 'CopyObject', 0)) } }, 'CopyObject');
  },
  60_000,
);
