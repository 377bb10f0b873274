import { errorEquals, StateFailure } from '../../../../local/workflow/asl/failure';
import { retriersOf, retryDelay } from '../../../../local/workflow/asl/retry';
import type { Json } from '../../../../local/workflow/json';

describe('ErrorEquals', () => {
  test.each<[string, string[], boolean]>([
    ['Mine', ['Mine'], true],
    ['Mine', ['Other', 'Mine'], true],
    ['Mine', ['mine'], false],
    ['Mine', ['States.ALL'], true],
    ['Mine', ['States.TaskFailed'], true],
    ['Lambda.Unknown', ['States.TaskFailed'], true],
    ['States.Timeout', ['States.Timeout'], true],
    ['States.Timeout', ['States.ALL'], true],
    ['States.Timeout', ['States.TaskFailed'], false],
    ['States.DataLimitExceeded', ['States.ALL'], false],
    ['States.DataLimitExceeded', ['States.TaskFailed'], false],
    ['States.DataLimitExceeded', ['States.DataLimitExceeded'], true],
    ['States.Runtime', ['States.ALL'], false],
    ['States.Runtime', ['States.Runtime'], false],
  ])('%s and %j: %s', (error, names, expected) => {
    expect(errorEquals(names, new StateFailure(error))).toBe(expected);
  });

  test('a failure without a name is matched by States.ALL', () => {
    expect(errorEquals(['States.ALL'], new StateFailure(undefined))).toBe(true);
  });
});

describe('the delay before a retry', () => {
  const delays = (fields: object, fraction = 1): number[] => {
    const [retrier] = retriersOf({ Type: 'Task', Retry: [{ ErrorEquals: ['States.ALL'], ...fields }] });
    return [0, 1, 2, 3].map((attempt) => retryDelay(retrier!, attempt, () => fraction));
  };

  test.each<[string, object, number[]]>([
    ['by default', {}, [1, 2, 4, 8]],
    ['of an example of the specification', { IntervalSeconds: 3, BackoffRate: 1.5 }, [3, 4.5, 6.75, 10.125]],
    ['with a constant rate', { IntervalSeconds: 5, BackoffRate: 1 }, [5, 5, 5, 5]],
    ['up to the most', { IntervalSeconds: 3, BackoffRate: 2, MaxDelaySeconds: 10 }, [3, 6, 10, 10]],
  ])('%s', (_name, fields, expected) => {
    expect(delays(fields)).toEqual(expected);
  });

  test('is any share of the due one with full jitter', () => {
    expect(delays({ JitterStrategy: 'FULL', MaxDelaySeconds: 3 }, 0.25)).toEqual([0.25, 0.5, 0.75, 0.75]);
    expect(delays({ JitterStrategy: 'NONE' }, 0.25)).toEqual([1, 2, 4, 8]);
  });

  test('there are three attempts unless the retrier says otherwise', () => {
    const retry: Json[] = [{ ErrorEquals: ['A'] }, { ErrorEquals: ['B'], MaxAttempts: 0 }];
    expect(retriersOf({ Type: 'Task', Retry: retry }).map(({ maxAttempts }) => maxAttempts)).toEqual([3, 0]);
  });
});
