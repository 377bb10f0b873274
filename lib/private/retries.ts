import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import { ErrorName } from './protocol';

/**
 * Concurrency is used up: 250 workers at once is a quarter of an account's default, and a function scales by 1,000
 * environments every 10 seconds. Nothing has run, so waiting is all it takes: up to about 8 minutes.
 */
const CONCURRENCY_EXHAUSTED: RetryProps = {
  errors: ['Lambda.TooManyRequestsException'],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxAttempts: 20,
  maxDelay: Duration.seconds(30),
  jitterStrategy: JitterType.FULL,
};

/** Faults of the Lambda service itself, as the Step Functions guide advises to retry them. */
const LAMBDA_FAULT: RetryProps = {
  errors: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.Unknown',
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 6,
  maxDelay: Duration.seconds(60),
  jitterStrategy: JitterType.FULL,
};

/** 503 SlowDown and KMS throttling. S3 splits a busy prefix over minutes, so this waits for minutes, not seconds. */
const S3_THROTTLED: RetryProps = {
  errors: [ErrorName.THROTTLED],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 12,
  maxDelay: Duration.seconds(60),
  jitterStrategy: JitterType.FULL,
};

/** 500s, broken connections and errors inside a 200. The worker has tried a few times already. */
const S3_TRANSIENT: RetryProps = {
  errors: [ErrorName.TRANSIENT_S3_ERROR],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxAttempts: 6,
  maxDelay: Duration.seconds(30),
  jitterStrategy: JitterType.FULL,
};

/** A worker that hung: each attempt may have cost 15 minutes, so few of them. */
const TIMED_OUT: RetryProps = {
  errors: ['States.Timeout', 'Sandbox.Timedout'],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxAttempts: 2,
  maxDelay: Duration.seconds(10),
  jitterStrategy: JitterType.FULL,
};

/** Retries what time can mend, and nothing else: every other error is final. */
export function addTransientRetries(task: TaskStateBase): void {
  for (const policy of [CONCURRENCY_EXHAUSTED, LAMBDA_FAULT, S3_THROTTLED, S3_TRANSIENT, TIMED_OUT]) {
    task.addRetry(policy);
  }
}
