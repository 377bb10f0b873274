import { readFileSync, writeFileSync } from 'node:fs';
import { ChildExecutions } from '../../lib';
import { type FaultRule, S3Server } from '../../local/s3';
import {
  LocalDeployment,
  LocalStepFunctions,
  type PlatformFaultRule,
  ScaledClock,
  VirtualClock,
} from '../../local/workflow';
import { type Copy, copied, failed, platformFaults, synthesize } from './support';

// Express children end after 5 minutes. Copies with them have to survive the same outages, and to fail with the same errors.

const DENIED = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' } as const;
const UNAVAILABLE = {
  kind: 'error',
  status: 503,
  code: 'ServiceUnavailable',
  message: 'Service is unavailable.',
} as const;

const PROPS: Copy['props'] = () => ({ childExecutions: ChildExecutions.EXPRESS });

/** 44 parts, more than an inline Map copies. */
const EXPRESS: Copy = { props: PROPS, setup: { object: { size: '220MiB' } } };

function faults(...rules: FaultRule[]): Copy['run'] {
  return { onReady: (server) => rules.forEach((rule) => server.faults.add(rule)) };
}

/** Counts how often each part was stored. */
function countStored(stored: Map<number, number>) {
  return (server: S3Server): void => {
    server.onOperation(({ phase, operation, status, partNumber }) => {
      if (phase !== 'answered' || operation !== 'UploadPartCopy' || status !== 200) return;
      stored.set(partNumber!, (stored.get(partNumber!) ?? 0) + 1);
    });
  };
}

test('a copy without errors needs no Standard children', async () => {
  const { execution, stateTransitions, result } = await copied(EXPRESS, 'parts');
  expect(result).toMatchObject({ status: 'COPIED', parts: 44 });
  expect(execution.states).toContain('AllPartsCopied');
  expect(execution.states).not.toContain('CopyPartsDistributed');
  // Those of Express children are no transitions of a Standard execution.
  expect(stateTransitions).toBe(execution.states.length + 44);
});

test('a copy of up to 40 parts needs no children', async () => {
  const { execution } = await copied({ props: PROPS }, 'parts');
  expect(execution.states).toContain('CopyParts');
});

test('an outage that is longer than Express children last is survived, and no part is stored twice', async () => {
  const stored = new Map<number, number>();
  // Of 250 parts, 150 have two tries with at most four requests each. Counted, so that it does not matter how fast this machine is.
  const outage: FaultRule = { operation: 'UploadPartCopy', skip: 100, times: 150 * 2 * 4, fault: UNAVAILABLE };
  const { result, execution } = await copied({
    props: PROPS,
    setup: { object: { size: '1TiB' } },
    run: {
      timeScale: 100,
      onReady: (server) => {
        countStored(stored)(server);
        server.faults.add(outage);
      },
    },
  });
  expect(result).toMatchObject({ status: 'COPIED', parts: 250 });
  expect(execution.states).toEqual(
    expect.arrayContaining(['CopyPartsExpress', 'AllPartsCopied', 'CopyPartsLeft', 'CopyPartsDistributed']),
  );
  expect([...stored.values()]).toEqual(Array(250).fill(1));
}, 120_000);

test.each<[string, Copy['run']]>([
  [
    'an hour in which Lambda runs nothing',
    platformFaults({ state: '*', since: 'CopyPartsExpress', until: 3_600_000, fault: { kind: 'throttled' } }),
  ],
  [
    'workers that are killed',
    platformFaults({ state: 'CopyPartInExpressChild', times: 60, fault: { kind: 'killed', afterRequests: 1 } }),
  ],
  [
    'an error of Lambda that nobody knows',
    platformFaults({ state: 'CopyPartInExpressChild', times: 50, fault: { kind: 'error', name: 'NewException' } }),
  ],
])(
  'a copy survives %s',
  async (_, run) => {
    const { execution, result } = await copied({ ...EXPRESS, run }, 'parts');
    expect(result).toMatchObject({ status: 'COPIED', parts: 44 });
    expect(execution.states).toContain('CopyPartsLeft');
  },
  60_000,
);

test('an account with 10 concurrent executions copies what Express children could not in Standard ones', async () => {
  const { execution } = await copied(
    { ...EXPRESS, run: { lambdaConcurrency: 10, timeScale: 100, latency: 'aws' } },
    'parts',
  );
  expect(execution.states).toContain('CopyPartsExpress');
}, 60_000);

test('a part that is denied is the error of the execution, without a second Map', async () => {
  const run = faults({ operation: 'UploadPartCopy', partNumber: 30, fault: DENIED });
  const { execution, requests } = await failed({ ...EXPRESS, run }, 'parts', 'AccessDenied');
  expect(execution.cause).toMatch(/UploadPartCopy of part 30/);
  expect(execution.states).not.toContain('CopyPartsDistributed');
  expect(requests.UploadPartCopy).toBeLessThanOrEqual(44);
});

test('a source that changes during the copy is the error of the execution', async () => {
  const changed = { kind: 'error', status: 412, code: 'PreconditionFailed', message: 'At least one' } as const;
  const run = faults({ operation: 'UploadPartCopy', skip: 10, fault: changed });
  const { execution } = await failed({ ...EXPRESS, run }, 'parts', 'SourceChanged');
  expect(execution.states).not.toContain('CopyPartsDistributed');
});

test('a part that is left and then denied fails with its error, which is that of the second Map Run', async () => {
  const run = faults(
    { operation: 'UploadPartCopy', partNumber: 30, times: 8, fault: UNAVAILABLE },
    { operation: 'UploadPartCopy', partNumber: 30, fault: DENIED },
  );
  const { execution } = await failed({ ...EXPRESS, run }, 'parts', 'AccessDenied');
  expect(execution.states).toEqual(expect.arrayContaining(['CopyPartsLeft', 'CopyPartsDistributed', 'ChildError']));
});

/** Runs a copy on a clock that jumps from timer to timer: in faster time, limits of five minutes would be as long as those of two. */
async function play(given: {
  template?: string;
  fault?: FaultRule;
  platformFault?: PlatformFaultRule;
  hideExpressChildren?: boolean;
}) {
  const { template = synthesize({ props: PROPS }), fault, platformFault, hideExpressChildren } = given;
  const deployment = LocalDeployment.fromTemplate(template, {});
  const clock = new VirtualClock(Date.now());
  const schedule = (ms: number, callback: () => void) => clock.scheduleForCaller(ms, callback);
  const server = await S3Server.start({ clock: { now: () => clock.now(), schedule, ofClients: new ScaledClock() } });
  const stepFunctions = new LocalStepFunctions(deployment, {
    s3Endpoint: server.endpoint.replace('//127.0.0.1:', '//localhost:'),
    clock,
    hideExpressChildren,
    ...(platformFault && { faults: [platformFault] }),
  });
  try {
    for (const { name } of deployment.buckets) server.createBucket(name);
    server.putGenerated({ bucket: 'raw', key: 'in/object.bin', size: 220 * 1024 ** 2 });
    if (fault) server.faults.add(fault);
    const input = { source: 's3://raw/in/object.bin', options: { partSize: '5MiB' } };
    const execution = await clock.run(stepFunctions.start(deployment.stateMachine(), { input }));
    await clock.run(stepFunctions.idle());
    return { execution, openUploads: server.openUploads() };
  } finally {
    await stepFunctions.close();
    await server.close();
  }
}

test('a copy survives workers that never answer', async () => {
  const platformFault = { state: 'CopyPartInExpressChild', times: 60, fault: { kind: 'timed-out' } } as const;
  const { execution, openUploads } = await play({ platformFault });
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  expect(execution.states).toContain('CopyPartsLeft');
  expect(openUploads).toEqual([]);
});

test('children that Step Functions ends are no reason to fail: all parts are copied again', async () => {
  const template = synthesize({ props: PROPS });
  const slow = template.replace('Test.template.json', 'Slow.template.json');
  const text = readFileSync(template, 'utf8');
  // The definition is text within the text of the template.
  expect(text.split('\\"TimeoutSeconds\\":120')).toHaveLength(2);
  writeFileSync(slow, text.replace('\\"TimeoutSeconds\\":120', '\\"TimeoutSeconds\\":900'));
  const fault = { kind: 'timed-out', error: 'States.Timeout' } as const;
  const { execution, openUploads } = await play({
    template: slow,
    platformFault: { state: 'CopyPartInExpressChild', times: 1, fault },
  });
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  expect(execution.states).toEqual(expect.arrayContaining(['ExpressMapFailed', 'CopyAllPartsAgain']));
  expect(openUploads).toEqual([]);
});

test.each([false, true])(
  'the error of a part is found, although Express children cannot be listed: %p',
  async (hideExpressChildren) => {
    const fault: FaultRule = { operation: 'UploadPartCopy', partNumber: 7, fault: DENIED };
    const { execution, openUploads } = await play({ fault, hideExpressChildren });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    expect(execution.cause).toMatch(/UploadPartCopy of part 7/);
    // Without the list, Standard children have to find the error.
    expect(execution.states.includes('CopyAllPartsAgain')).toBe(hideExpressChildren);
    expect(openUploads).toEqual([]);
  },
);
