import type { S3Server } from '../../local/s3';
import type { PlatformFaultRule } from '../../local/workflow';
import { until } from '../until';
import { type Copy, copied, copy, platformFaults } from './support';

// Lambda cannot always run a function at once: it was idle for weeks, its network interface is not there yet, its environment dies. Each
// step outlives that, whatever the name of the error is.

type Fault = PlatformFaultRule['fault'];

const FAULTS: [string, Fault][] = [
  ...[
    'CodeArtifactUserPendingException',
    'ResourceNotReadyException',
    'ENINotReadyException',
    'EC2ThrottledException',
    'ANameThatNobodyListed',
  ].map((name): [string, Fault] => [`Lambda.${name}`, { kind: 'error', name }]),
  ['Lambda.CodeArtifactUserPendingException for 106 seconds', { kind: 'inactive', milliseconds: 106_000 }],
  ['Runtime.ExitError', { kind: 'killed' }],
];

/** Every invocation of these states fails twice before it runs; one that is `inactive` until it is initialized. */
function failing(fault: Fault, states: readonly string[]): Copy['run'] {
  const times = fault.kind === 'inactive' ? 1 : 2;
  return { timeScale: 10_000, ...platformFaults(...states.map((state) => ({ state, times, fault }))) };
}

/** Restores first, so that one copy runs every step. */
const RESTORED: Copy = {
  setup: { object: { storageClass: 'GLACIER' }, restoreSeconds: 60 },
  props: () => ({ allowRestore: true }),
  options: { restore: { tier: 'Bulk', days: 1 } },
};
const OF_BOTH = ['Plan', 'RestoreObject', 'Verify'];
const IN_PARTS = ['Begin', 'CheckParts', 'Complete'];

const transitions = new Map<string, number>();

/** State transitions of a copy without faults, which is made once. */
async function transitionsOf(name: string, copyOnce: () => Promise<{ stateTransitions: number }>): Promise<number> {
  const known = transitions.get(name) ?? (await copyOnce()).stateTransitions;
  transitions.set(name, known);
  return known;
}

describe.each(FAULTS)('%s', (_, fault) => {
  test.each<[string, Copy, 'CopyObject' | 'parts', string[]]>([
    ['a copy in parts', {}, 'parts', [...OF_BOTH, ...IN_PARTS, 'CopyPart']],
    ['children of a Distributed Map', { setup: { object: { size: '220MiB' } } }, 'parts', ['CopyPartInChild']],
    ['one CopyObject', {}, 'CopyObject', [...OF_BOTH, 'CopyObject']],
  ])('%s outlives it in every step', async (name, given, way, states) => {
    const base = name.startsWith('children') ? given : { ...RESTORED, ...given };
    const undisturbed = await transitionsOf(name, () => copied({ ...base, run: { timeScale: 10_000 } }, way));
    const { stateTransitions } = await copied({ ...base, run: failing(fault, states) }, way);
    // Otherwise the faults were none.
    expect(stateTransitions).toBeGreaterThanOrEqual(undisturbed + states.length);
  });

  test('the upload of a copy that fails is aborted', async () => {
    const denied = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' } as const;
    const run: Copy['run'] = {
      ...failing(fault, ['Abort', 'AbortLateParts']),
      onReady: (server) => server.faults.add({ operation: 'UploadPartCopy', fault: denied }),
    };
    const props: Copy['props'] = () => ({ sweeper: { enabled: false } });
    const { execution, openUploads } = await copy({ props, run }, 'parts');
    expect(execution).toMatchObject({ error: 'AccessDenied', cause: expect.not.stringContaining('may be left') });
    expect(openUploads).toBe(0);
  });

  test('the sweeper removes the upload of a copy that was stopped', async () => {
    const stop: PlatformFaultRule = { state: 'CheckParts', times: 1, fault: { kind: 'stop-execution' } };
    const times = fault.kind === 'inactive' ? 1 : 2;
    let s3: S3Server;
    const { openUploads } = await copy(
      {
        run: {
          timeScale: 10_000,
          ...platformFaults(stop, { function: 'CopySweepFunction', times, fault }),
          onReady: (server) => void (s3 = server),
          // Nobody waits for what EventBridge has started.
          onFinished: async () => {
            await until(() => (s3.openUploads().length > 0 ? undefined : true));
          },
        },
      },
      'parts',
    );
    expect(openUploads).toBe(0);
  });
});
