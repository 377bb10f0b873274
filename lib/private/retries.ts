import { Duration } from 'aws-cdk-lib';
import { Errors, JitterType, type RetryProps, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import { ErrorName } from './protocol';

/*
 * How long an outage the states survive. Jitter is full: each delay is uniform between 0 and its maximum, which doubles from 1 second
 * to M. The sum of k delays of M at most has the mean k·M/2 and the standard deviation M·√(k/12); those before add M/2 at most.
 *
 * | policy            | attempts | M     | mean    | deviation | has to last | distance       |
 * | ----------------- | -------- | ----- | ------- | --------- | ----------- | -------------- |
 * | transient errors  | 44       | 60 s  | 1,172 s | 107 s     | 600 s       | 5.4 deviations |
 * | Lambda throttling | 90       | 120 s | 5,044 s | 316 s     | 3,600 s     | 4.6 deviations |
 *
 * A copy survives if each of its 250 parts does. For 99 of 100 copies to survive, a part may fail with a probability of 4e-5, which is a
 * distance of 3.9 deviations. The delays of the worker within an attempt add to this.
 *
 * A failed attempt is 3 events of the history (scheduled, started, failed), so all retries of one Task are 3 × (44 + 90 + 4 + 12) = 450.
 * The 40 parts of an inline Map and 9 other Tasks share the 25,000 events of an execution: 49 × 450 = 22,050, and a few for each state.
 * A child of a Distributed Map has 25,000 of its own: 3 × (44 + 5,000 + 4 + 12) = 15,180.
 *
 * test/lib/retries.test.ts computes all of this from the definition.
 */

/**
 * Transient exceptions of the Lambda service.
 *
 * A function that was not invoked for weeks is Inactive: the first invocations fail with CodeArtifactUserPending, in a VPC with
 * ResourceNotReady or ENINotReady, for 40 to 106 seconds
 * (aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws #801, #802).
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
const LAMBDA_FAULTS = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.Unknown',
  'Lambda.CodeArtifactUserPendingException',
  'Lambda.ResourceConflictException',
  'Lambda.ResourceNotReadyException',
  'Lambda.ENINotReadyException',
  'Lambda.ENILimitReachedException',
  'Lambda.EC2ThrottledException',
  'Lambda.EC2UnexpectedException',
  'Lambda.SubnetIPAddressLimitReachedException',
  'Runtime.ExitError',
];

const TRANSIENT_NAMES: readonly ErrorName[] = [ErrorName.THROTTLED, ErrorName.TRANSIENT_S3_ERROR];

const EXPONENTIAL = {
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  jitterStrategy: JitterType.FULL,
};

/**
 * The concurrency of the account is exhausted. No worker has run, so waiting is enough. New accounts have 10 to 50 concurrent
 * executions, and other functions may use them all.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
const CONCURRENCY_EXHAUSTED: RetryProps = {
  ...EXPONENTIAL,
  errors: ['Lambda.TooManyRequestsException'],
  maxAttempts: 90,
  maxDelay: Duration.seconds(120),
};

/**
 * Of children of a Distributed Map, hundreds of which compete for the same few executions: each waits until others have finished. Up to
 * 40 hours, in delays of a minute so that no execution stays unused.
 */
const CONCURRENCY_EXHAUSTED_IN_CHILD: RetryProps = {
  ...CONCURRENCY_EXHAUSTED,
  maxAttempts: 5_000,
  maxDelay: Duration.seconds(60),
};

/** 500s, broken connections, SlowDown and KMS throttling; and faults of Lambda. The worker has made several attempts already. */
const TRANSIENT: RetryProps = {
  ...EXPONENTIAL,
  errors: [...TRANSIENT_NAMES, ...LAMBDA_FAULTS],
  maxAttempts: 44,
};

/** The worker timed out. Each attempt may take 15 minutes, so there are few. */
const TIMED_OUT: RetryProps = {
  ...EXPONENTIAL,
  errors: [Errors.TIMEOUT, 'Sandbox.Timedout'],
  maxAttempts: 4,
};

/** Errors after which retries do not help. */
export const FINAL_NAMES: readonly ErrorName[] = Object.values(ErrorName).filter(
  (name) => !TRANSIENT_NAMES.includes(name),
);

const FINAL: RetryProps = { errors: [...FINAL_NAMES], maxAttempts: 0 };

/** Errors that are in no other list. The names of Lambda and its runtime change. */
const UNKNOWN: RetryProps = { ...EXPONENTIAL, errors: [Errors.ALL], maxAttempts: 12 };

/*
 * An Express execution ends after 300 seconds. With these policies a child needs at most 2 tries of 120 s and delays of 2 + 4 + 8 + 15
 * and 2 s, together 271 s: an invocation that Lambda refuses takes no time itself. Parts that are left then are copied by a Standard execution.
 */
const EXPRESS_CONCURRENCY_EXHAUSTED: RetryProps = {
  ...CONCURRENCY_EXHAUSTED,
  interval: Duration.seconds(2),
  maxAttempts: 4,
  maxDelay: Duration.seconds(15),
};

const EXPRESS_REST: RetryProps = {
  ...EXPONENTIAL,
  errors: [Errors.ALL],
  interval: Duration.seconds(2),
  maxAttempts: 1,
};

/** Retries in an Express execution, which ends before Step Functions ends it. */
export function addExpressRetries(task: TaskStateBase): void {
  for (const policy of [EXPRESS_CONCURRENCY_EXHAUSTED, FINAL, EXPRESS_REST]) task.addRetry(policy);
}

/**
 * Retries whatever is not final.
 *
 * @param isChild whether the task runs in Standard children of a Distributed Map
 */
export function addRetries(task: TaskStateBase, isChild: boolean): void {
  const throttling = isChild ? CONCURRENCY_EXHAUSTED_IN_CHILD : CONCURRENCY_EXHAUSTED;
  for (const policy of [throttling, TRANSIENT, TIMED_OUT, FINAL, UNKNOWN]) task.addRetry(policy);
}
