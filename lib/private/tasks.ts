import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { EXPRESS_TRY_SECONDS } from './protocol';
import { addExpressRetries, addRetries } from './retries';
import { STATE_COMMENTS, type StateId } from './state-comments';

/** The one Task that runs in Standard child executions. */
export const CHILD_TASK = 'CopyPartInChild';

/** The one Task that runs in Express child executions. */
export const EXPRESS_CHILD_TASK = 'CopyPartInExpressChild';

/** The task times out a little later than the function, so that the error is Lambda's own. */
const TASK_TIMEOUT_MARGIN = Duration.seconds(15);

/** A Task that calls the function of a step. */
export function callWorker(
  scope: Construct,
  id: StateId,
  lambdaFunction: lambda.Function,
  props: Pick<tasks.LambdaInvokeProps, 'payload' | 'resultPath'>,
): tasks.LambdaInvoke {
  const isExpress = id === EXPRESS_CHILD_TASK;
  const seconds = isExpress
    ? EXPRESS_TRY_SECONDS
    : lambdaFunction.timeout!.toSeconds() + TASK_TIMEOUT_MARGIN.toSeconds();
  const task = new tasks.LambdaInvoke(scope, id, {
    ...props,
    comment: STATE_COMMENTS[id],
    lambdaFunction,
    payloadResponseOnly: true,
    // addRetries covers these exceptions, with jitter.
    retryOnServiceExceptions: false,
    taskTimeout: sfn.Timeout.duration(Duration.seconds(seconds)),
  });
  if (isExpress) addExpressRetries(task);
  else addRetries(task, id === CHILD_TASK);
  return task;
}

const ATTEMPT = {
  state: sfn.JsonPath.objectAt('$'),
  retryCount: sfn.JsonPath.numberAt('$$.State.RetryCount'),
};

/** The input of a worker that has to know whether it was tried before. */
export function attempt(): sfn.TaskInput {
  return sfn.TaskInput.fromObject(ATTEMPT);
}

/**
 * The input of a worker that makes the copy. A redrive resets the count of retries, but the context object has a count of redrives. Some
 * other engines that run definitions, such as that of moto, do not have it, and a path to a missing field fails a state. So the worker gets
 * the whole `$$.Execution`.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export function copyAttempt(): sfn.TaskInput {
  return sfn.TaskInput.fromObject({ ...ATTEMPT, executionContext: sfn.JsonPath.objectAt('$$.Execution') });
}
