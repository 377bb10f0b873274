import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutAction } from '../../local/run';
import { LocalDeployment } from '../../local/workflow';
import { COPY } from './executions';
import { COMPARES_CLOCKS, type Copy, copy, folder, platformFaults, synthesize } from './support';

// The other roles have no action too many either: without any one of them, somebody sees it.

const props: Copy['props'] = () => ({ notifications: {} });
const ROLE_OF = { sweeper: 'SweeperRole', notifier: 'NotifierRole', 'state machine': 'StateMachineRole' } as const;
type Who = keyof typeof ROLE_OF;

const stopped = () => platformFaults({ state: 'CheckParts', times: 1, fault: { kind: 'stop-execution' } });
const answersAreLost: Copy['run'] = {
  ...COMPARES_CLOCKS,
  onReady: (server) => {
    server.faults.add({ operation: 'CreateMultipartUpload', times: 1, fault: { kind: 'reset-after' } });
  },
};

/** A part that S3 refuses, in a Distributed Map. */
function partIsRefused(): Copy['run'] {
  const faults = join(folder(), 'faults.json');
  const refusal = { kind: 'error', status: 400, code: 'InvalidRequest', message: 'No.' };
  writeFileSync(faults, JSON.stringify([{ operation: 'UploadPartCopy', partNumber: 2, fault: refusal }]));
  return { faults };
}

const SITUATIONS = {
  'a copy that is stopped': () => ({ run: stopped() }),
  'a copy that is stopped, after an answer was lost': () => ({ run: { ...stopped(), ...answersAreLost } }),
  'a copy that fails in a Distributed Map': () => ({
    setup: { object: { size: '220MiB' } },
    run: partIsRefused(),
  }),
} satisfies Record<string, () => Copy>;
type Situation = keyof typeof SITUATIONS;

const ROWS: [Who, string, Situation][] = [
  ['sweeper', 'states:DescribeExecution', 'a copy that is stopped'],
  ['sweeper', 'states:GetExecutionHistory', 'a copy that is stopped'],
  ['sweeper', 'states:ListExecutions', 'a copy that is stopped'],
  ['sweeper', 's3:AbortMultipartUpload', 'a copy that is stopped'],
  // Without it, the sweeper takes an upload for its own work that the execution has aborted.
  ['sweeper', 's3:ListMultipartUploadParts', 'a copy that fails in a Distributed Map'],
  ['sweeper', 's3:ListBucketMultipartUploads', 'a copy that is stopped, after an answer was lost'],
  ['notifier', 'states:DescribeExecution', 'a copy that is stopped'],
  ['notifier', 'states:GetExecutionHistory', 'a copy that is stopped'],
  ['notifier', 'events:PutEvents', 'a copy that is stopped'],
  ['state machine', 'states:ListMapRuns', 'a copy that fails in a Distributed Map'],
  ['state machine', 'states:ListExecutions', 'a copy that fails in a Distributed Map'],
  ['state machine', 'states:DescribeExecution', 'a copy that fails in a Distributed Map'],
];

/** Of the line that the sweeper logs. */
interface Swept {
  readonly aborted: readonly string[];
}

/** What people see: how the execution ended, what is left of it, what they are told, and whether a function failed. */
async function run(situation: Situation, without?: [who: Who, action: string]) {
  const given: Copy = SITUATIONS[situation]();
  const told: unknown[] = [];
  const failures = new Set<string>();
  let swept = 0;
  const report = await copy(
    {
      props,
      ...given,
      run: {
        stateMachine: COPY,
        ...given.run,
        onBusEvent: ({ source, detail }) => {
          if (source === 'cdk-s3-multipart-copy') told.push((detail as { status?: unknown }).status);
        },
        onLog: ({ logicalId, message }) => {
          if (message.includes('"level":"ERROR"')) failures.add(logicalId);
          const { uploads } = (message.startsWith('{') ? JSON.parse(message) : {}) as { uploads?: Swept };
          swept += uploads?.aborted.length ?? 0;
        },
        ...(without && {
          transformRoles: (roles) =>
            roles.flatMap((role) =>
              role.arn.includes(ROLE_OF[without[0]]) ? withoutAction([role], without[1]) : [role],
            ),
        }),
      },
    },
    'parts',
  );
  const { execution, openUploads, iam } = report;
  const denied = iam!.denied.map(({ principal, action }) => `${action} to ${principal}`);
  return { denied, seen: { error: execution.error, openUploads, told, swept, failures: [...failures].sort() } };
}

const granted = new Map<Situation, ReturnType<typeof run>>();
const withEverything = (situation: Situation) => {
  if (!granted.has(situation)) granted.set(situation, run(situation));
  return granted.get(situation)!;
};

test.each(ROWS)('the %s needs %s: %s', async (who, action, situation) => {
  const whole = await withEverything(situation);
  expect(whole.denied).toEqual([]);
  const without = await run(situation, [who, action]);
  expect(without.denied).toEqual(expect.arrayContaining([expect.stringContaining(`${action} to `)]));
  expect(without.seen).not.toEqual(whole.seen);
});

test.each<Who>(['sweeper', 'notifier'])('the %s has no other action', (who) => {
  const { roles } = LocalDeployment.fromTemplate(synthesize({ props }));
  const role = roles.find(({ arn }) => arn.includes(ROLE_OF[who]))!;
  const documents = role.policies.map(
    ({ document }) => document as unknown as { Statement: { Action: string | string[] }[] },
  );
  const actions = documents.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
  const isTested = (action: string) => /^(s3|states|events|kms|lambda):/.test(action);
  expect(actions.filter(isTested).sort()).toEqual(
    ROWS.flatMap(([whose, action]) => (whose === who ? [action] : [])).sort(),
  );
  expect(actions.filter((action) => !isTested(action) && !/^(logs|xray):/.test(action))).toEqual([]);
});
