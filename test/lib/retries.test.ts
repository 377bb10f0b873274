import { ChildExecutions } from '../../lib';
import { ErrorName, MAX_EXPRESS_SECONDS } from '../../lib/private/protocol';
import { allStates, definitionOf, type Retrier, type State } from '../asl';
import { copy } from './support';

let tasks: Record<string, State>;
let all: Record<string, State>;

beforeAll(() => {
  all = Object.fromEntries(allStates(definitionOf(copy({ allowRestore: true }).template())));
  tasks = Object.fromEntries(
    Object.entries(all).filter(([, { Type, Resource }]) => Type === 'Task' && String(Resource).includes(':function:')),
  );
});

const CHILD = 'CopyPartInChild';
const retriers = (name: string) => tasks[name]!.Retry!;
const retrierOf = (name: string, error: string) =>
  retriers(name).find(({ ErrorEquals }) => ErrorEquals.includes(error))!;

/** Seconds of history of a state: the maximum of each of its delays. */
function delaysOf({ IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds }: Retrier): number[] {
  return Array.from({ length: MaxAttempts }, (_, n) => Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** n));
}

/** The chance that a sum of times, each uniform from 0 to its maximum, is below a limit: computed by convolution, in half seconds. */
function chanceBelow(limitSeconds: number, delays: number[]): number {
  const STEP = 0.5;
  const cells = limitSeconds / STEP;
  let density = new Float64Array(cells);
  density[0] = 1;
  for (const delay of delays) {
    const width = Math.round(delay / STEP);
    const next = new Float64Array(cells);
    let window = 0;
    for (let cell = 0; cell < cells; cell++) {
      window += density[cell]! - (cell > width ? density[cell - width - 1]! : 0);
      next[cell] = window / (width + 1);
    }
    density = next;
  }
  return density.reduce((sum, value) => sum + value, 0);
}

test('the convolution is right: of two dice, one in 36 throws is a double one', () => {
  expect(chanceBelow(0.5, [2.5, 2.5])).toBeCloseTo(1 / 36);
  expect(chanceBelow(6, [2.5, 2.5])).toBeCloseTo(1);
});

const PARTS_IN_FLIGHT = 250;

describe('an outage', () => {
  test.each(['Throttled', 'TransientS3Error', 'Lambda.ServiceException', 'Lambda.Unknown', 'Runtime.ExitError'])(
    'of 10 minutes with %s is survived by 99 of 100 copies with 250 parts in flight, in every state',
    (error) => {
      for (const name of Object.keys(tasks)) {
        const missed = chanceBelow(600, delaysOf(retrierOf(name, error)));
        expect([name, (1 - missed) ** PARTS_IN_FLIGHT]).toEqual([name, expect.closeTo(1, 2)]);
        expect((1 - missed) ** PARTS_IN_FLIGHT).toBeGreaterThan(0.99);
      }
    },
  );

  test('of one hour of Lambda throttling is survived by 99 of 100 copies, in every state', () => {
    for (const name of Object.keys(tasks)) {
      const delays = delaysOf(retrierOf(name, 'Lambda.TooManyRequestsException'));
      // Of the thousands of a child, the first are enough to see.
      const missed = chanceBelow(3600, delays.slice(0, 200));
      expect((1 - missed) ** PARTS_IN_FLIGHT).toBeGreaterThan(0.99);
    }
  });
});

test.each(['CodeArtifactUserPending', 'ResourceNotReady', 'ENINotReady', 'EC2Throttled'])(
  'a function that is Inactive is waited for: %s',
  (name) => {
    for (const task of Object.keys(tasks)) {
      const missed = chanceBelow(120, delaysOf(retrierOf(task, `Lambda.${name}Exception`)));
      expect(missed).toBeLessThan(1e-6);
    }
  },
);

describe('the history of an execution', () => {
  const LIMIT = 25_000;
  /** Scheduled, started, failed; or for each inline iteration and state: entered, started, exited, succeeded. */
  const EVENTS = { retry: 3, state: 6 };
  const retriesOf = (name: string) => retriers(name).reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0);

  test('holds all retries of the 40 parts of an inline Map and of every other state', () => {
    const names = Object.keys(tasks).filter((name) => name !== CHILD);
    const visits = (name: string) => (name === 'CopyPart' ? 40 : 1);
    const events = names.map((name) => visits(name) * (EVENTS.retry * retriesOf(name) + EVENTS.state));
    const others = EVENTS.state * (Object.keys(all).length - names.length);
    expect(events.reduce((sum, value) => sum + value, others)).toBeLessThan(LIMIT);
  });

  test('of a child holds all of its own', () => {
    expect(EVENTS.retry * retriesOf(CHILD) + EVENTS.state).toBeLessThan(LIMIT);
  });
});

test('a child waits for Lambda as long as its history lasts: ten parts at a time of 10,000 at 15 minutes', () => {
  const { MaxAttempts, MaxDelaySeconds } = retrierOf(CHILD, 'Lambda.TooManyRequestsException');
  expect((MaxAttempts * MaxDelaySeconds) / 2 / 3600).toBeGreaterThan(40);
});

test('every Task has the same policies, in the same order', () => {
  const shapes = Object.entries(tasks).map(([name]) => retriers(name).map(({ ErrorEquals }) => ErrorEquals));
  for (const shape of shapes) expect(shape).toEqual(shapes[0]);
  const delays = Object.values(tasks).flatMap(({ Retry }) => Retry!);
  for (const { JitterStrategy, MaxAttempts } of delays)
    expect(MaxAttempts === 0 || JitterStrategy === 'FULL').toBe(true);
});

test('every error of a worker is retried or final, and no name is listed twice', () => {
  const names = retriers('Plan').flatMap(({ ErrorEquals }) => ErrorEquals);
  expect(names).toEqual([...new Set(names)]);
  expect(names).toEqual(expect.arrayContaining(Object.values(ErrorName)));
  const final = retriers('Plan').filter(({ MaxAttempts }) => MaxAttempts === 0);
  const retried = ['Throttled', 'TransientS3Error'];
  expect(final.flatMap(({ ErrorEquals }) => ErrorEquals).sort()).toEqual(
    Object.values<string>(ErrorName)
      .filter((name) => !retried.includes(name))
      .sort(),
  );
});

test('what nobody has listed is retried by a last entry, behind the final errors', () => {
  const [unknown, final] = [...retriers('Plan')].reverse();
  expect(unknown).toMatchObject({ ErrorEquals: ['States.ALL'], MaxAttempts: 12 });
  expect(final).toMatchObject({ MaxAttempts: 0 });
});

describe('an Express child', () => {
  const NAME = 'CopyPartInExpressChild';
  let child: State;

  beforeAll(() => {
    const { template } = copy({ childExecutions: ChildExecutions.EXPRESS });
    child = Object.fromEntries(allStates(definitionOf(template())))[NAME]!;
  });

  test('surely ends by itself within 5 minutes', () => {
    const policies = child.Retry!;
    const tries = policies.filter(({ ErrorEquals }) => !ErrorEquals.includes('Lambda.TooManyRequestsException'));
    // Lambda refuses an invocation at once, so that only other errors take the time of a try.
    const longest = (1 + tries.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0)) * Number(child.TimeoutSeconds);
    const waits = policies
      .filter(({ MaxAttempts }) => MaxAttempts > 0)
      .flatMap(delaysOf)
      .reduce((sum, delay) => sum + delay, 0);
    expect(longest + waits).toBeLessThan(MAX_EXPRESS_SECONDS - 20);
  });

  test('fails with final errors at once, and leaves the part to others after any other error', () => {
    const final = Object.values<string>(ErrorName).filter((name) => !['Throttled', 'TransientS3Error'].includes(name));
    expect(child.Retry!.find(({ MaxAttempts }) => MaxAttempts === 0)!.ErrorEquals.sort()).toEqual(final.sort());
    expect(child.Catch!.map(({ ErrorEquals, Next }) => [[...ErrorEquals].sort(), Next])).toEqual([
      [final, 'PartFailed'],
      [['States.ALL'], 'PartLeft'],
    ]);
  });
});
