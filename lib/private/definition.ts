import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { type CopyAction, ErrorName, type MapType } from './protocol';
import { addRetries } from './retries';
import type { Workers } from './workers';

/** Label of the Distributed Map. It is part of the ARNs of map runs and child executions. */
export const MAP_LABEL = 'CopyParts';

/** The one Task that runs in child executions. */
const CHILD_TASK = 'CopyPartInChild';

/** The task times out a little later than the function, so that the error is Lambda's own. */
const TASK_TIMEOUT_MARGIN = Duration.seconds(15);

/**
 * The states of the workflow and the transitions between them. protocol/steps.ts has the types of the data: the output of
 * Plan is the state, Begin adds `$.upload`, CheckParts `$.expected`, Complete and CopyObject `$.made`, Verify `$.result`, a
 * Catch `$.error`.
 *
 * The states use JSONPath, because they only route. Results of parts do not enter the state: 10,000 ETags exceed 256 KiB.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function buildDefinition(scope: Construct, functions: Workers): sfn.IChainable {
  const done = new sfn.Succeed(scope, 'Done', { outputPath: '$.result' });
  const verify = verifyCopy(scope, functions);
  verify.next(done);
  const inParts = copyInParts(scope, functions, verify);
  const copyObject = worker(scope, 'CopyObject', functions['copy-object'], {
    comment: 'Copy the whole object with one CopyObject',
    payload: attempt(),
    resultPath: '$.made',
  });
  copyObject.next(verify);

  const route = new sfn.Choice(scope, 'Route')
    .when(isAction('COPY_PARTS'), inParts)
    .when(isAction('COPY_OBJECT'), copyObject);

  const plan = worker(scope, 'Plan', functions.plan, {
    comment: 'Validate the input, inspect both objects, plan the parts',
    payload: sfn.TaskInput.fromObject({
      // The input of the state is another one after a restore, when this state is entered again.
      input: sfn.JsonPath.objectAt('$$.Execution.Input'),
      execution: {
        id: sfn.JsonPath.stringAt('$$.Execution.Id'),
        startTime: sfn.JsonPath.stringAt('$$.Execution.StartTime'),
      },
    }),
  });
  if (functions.restore) restoreFirst(scope, functions.restore, route, plan);
  route.otherwise(done);
  plan.next(route);
  return plan;
}

/** A restore takes minutes to days. The state machine waits without a worker, and Plan checks again. */
function restoreFirst(scope: Construct, restore: lambda.Function, route: sfn.Choice, plan: sfn.IChainable): void {
  const wait = new sfn.Wait(scope, 'WaitForRestore', {
    time: sfn.WaitTime.secondsPath('$.restore.waitSeconds'),
  });
  wait.next(plan);
  const restoreObject = worker(scope, 'RestoreObject', restore, {
    comment: 'Restore the archived source',
    resultPath: sfn.JsonPath.DISCARD,
  });
  restoreObject.next(wait);
  route.when(isAction('RESTORE'), restoreObject).when(isAction('WAIT_FOR_RESTORE'), wait);
}

/** From Begin to Complete. Whatever fails once the upload exists leads to Abort, so that no upload is left behind. */
function copyInParts(scope: Construct, functions: Workers, verify: sfn.IChainable): sfn.IChainable {
  const fail = new sfn.Fail(scope, 'Fail', { errorPath: '$.failure.error', causePath: '$.failure.cause' });
  const abort = worker(scope, 'Abort', functions.abort, {
    comment: 'Abort the upload and find the error of the part that failed first',
    resultPath: '$.failure',
  }).next(fail);

  const checkParts = worker(scope, 'CheckParts', functions['check-parts'], {
    comment: 'Check every part before they become an object',
    resultPath: '$.expected',
  });
  const complete = worker(scope, 'Complete', functions.complete, {
    comment: 'Complete the upload',
    resultPath: '$.made',
  });
  for (const state of [checkParts, complete]) state.addCatch(abort, { resultPath: '$.error' });
  checkParts.next(complete).next(verify);

  const copyPart = (id: string) =>
    worker(scope, id, functions['copy-part'], { comment: 'Copy one part with UploadPartCopy' });
  const inlineMap = new sfn.Map(scope, 'CopyParts', mapProps());
  inlineMap.itemProcessor(copyPart('CopyPart'));
  const distributedMap = new sfn.DistributedMap(scope, 'CopyPartsDistributed', {
    ...mapProps(),
    label: MAP_LABEL,
    // Express children end after 5 minutes, which is too short for a large part.
    mapExecutionType: sfn.StateMachineType.STANDARD,
  });
  distributedMap.itemProcessor(copyPart(CHILD_TASK));
  for (const map of [inlineMap, distributedMap]) map.addCatch(abort, { resultPath: '$.error' }).next(checkParts);

  const begin = worker(scope, 'Begin', functions.begin, {
    comment: 'Create the multipart upload with all properties of the copy',
    resultPath: '$.upload',
  });
  begin.next(
    new sfn.Choice(scope, 'FanOut', {
      comment: 'An inline Map runs 40 parts concurrently, and shares the history of its execution',
    })
      .when(sfn.Condition.stringEquals('$.plan.mapType', 'INLINE' satisfies MapType), inlineMap)
      .otherwise(distributedMap),
  );
  return begin;
}

/**
 * The copy is made when this state is entered. Whatever makes it fail, the cause says so: the worker in its own errors, and the
 * state machine where Lambda or Step Functions failed.
 */
function verifyCopy(scope: Construct, functions: Workers): sfn.TaskStateBase {
  const fail = new sfn.Fail(scope, 'VerifyFailed', { errorPath: '$.error.Error', causePath: '$.error.Cause' });
  const notVerified = new sfn.Pass(scope, 'NotVerified', {
    comment: 'The cause tells that the copy was made',
    parameters: {
      'Error.$': '$.error.Error',
      'Cause.$': "States.Format('{} was made, and could not be verified: {}', $.made.description, $.error.Cause)",
    },
    resultPath: '$.error',
  }).next(fail);
  const verify = worker(scope, 'Verify', functions.verify, {
    comment: 'Read the object that was made and prove it equal',
    resultPath: '$.result',
  });
  verify.addCatch(fail, { errors: Object.values(ErrorName), resultPath: '$.error' });
  verify.addCatch(notVerified, { resultPath: '$.error' });
  return verify;
}

/** The input of a worker that has to know whether it was tried before. */
function attempt(): sfn.TaskInput {
  return sfn.TaskInput.fromObject({
    state: sfn.JsonPath.objectAt('$'),
    retryCount: sfn.JsonPath.numberAt('$$.State.RetryCount'),
  });
}

function isAction(action: CopyAction): sfn.Condition {
  return sfn.Condition.stringEquals('$.action', action);
}

/** Items are only part numbers: 10,000 of them take about 49 KB. The ItemSelector adds what all parts share. */
function mapProps(): sfn.MapProps {
  return {
    itemsPath: '$.partNumbers',
    itemSelector: {
      partNumber: sfn.JsonPath.numberAt('$$.Map.Item.Value'),
      source: sfn.JsonPath.objectAt('$.source'),
      destination: sfn.JsonPath.objectAt('$.destination'),
      plan: sfn.JsonPath.objectAt('$.plan'),
      upload: sfn.JsonPath.objectAt('$.upload'),
    },
    maxConcurrencyPath: '$.plan.maxConcurrency',
    resultPath: sfn.JsonPath.DISCARD,
  };
}

function worker(
  scope: Construct,
  id: string,
  lambdaFunction: lambda.Function,
  props: Pick<tasks.LambdaInvokeProps, 'comment' | 'payload' | 'resultPath'>,
): tasks.LambdaInvoke {
  const task = new tasks.LambdaInvoke(scope, id, {
    ...props,
    lambdaFunction,
    payloadResponseOnly: true,
    // addRetries covers these exceptions, with jitter.
    retryOnServiceExceptions: false,
    taskTimeout: sfn.Timeout.duration(
      Duration.seconds(lambdaFunction.timeout!.toSeconds() + TASK_TIMEOUT_MARGIN.toSeconds()),
    ),
  });
  addRetries(task, id === CHILD_TASK);
  return task;
}
