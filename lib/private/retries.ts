import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import { ErrorName } from './protocol';

/**
 * The concurrency of the account is exhausted: 250 workers are a quarter of the default quota, and a function scales by
 * 1,000 environments every 10 seconds. Nothing has run yet, so waiting is enough: up to about 8 minutes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
const CONCURRENCY_EXHAUSTED: RetryProps = {
  errors: ['Lambda.TooManyRequestsException'],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxAttempts: 20,
  maxDelay: Duration.seconds(30),
  jitterStrategy: JitterType.FULL,
};

/**
 * Exceptions of the Lambda service that the Step Functions guide recommends to retry.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
 */
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

/** 503 SlowDown and KMS throttling. S3 takes minutes to scale for a busy prefix, so the delays add up to minutes. */
const S3_THROTTLED: RetryProps = {
  errors: [ErrorName.THROTTLED],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 12,
  maxDelay: Duration.seconds(60),
  jitterStrategy: JitterType.FULL,
};

/** 500s, broken connections and errors inside a 200. The worker has made several attempts already. */
const S3_TRANSIENT: RetryProps = {
  errors: [ErrorName.TRANSIENT_S3_ERROR],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxAttempts: 6,
  maxDelay: Duration.seconds(30),
  jitterStrategy: JitterType.FULL,
};

/** A worker that did not return. Each attempt may take 15 minutes, so there are few. */
const TIMED_OUT: RetryProps = {
  errors: ['States.Timeout', 'Sandbox.Timedout'],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxAttempts: 2,
  maxDelay: Duration.seconds(10),
  jitterStrategy: JitterType.FULL,
};

/** Retries transient errors. Every other error is final. */
export function addTransientRetries(task: TaskStateBase): void {
  for (const policy of [CONCURRENCY_EXHAUSTED, LAMBDA_FAULT, S3_THROTTLED, S3_TRANSIENT, TIMED_OUT]) {
    task.addRetry(policy);
  }
}
