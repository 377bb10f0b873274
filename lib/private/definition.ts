import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { CopyAction, MapType } from './protocol';
import { addTransientRetries } from './retries';
import type { Workers } from './workers';

/** Label of the Distributed Map: part of the ARNs of its map runs and child executions. */
export const MAP_LABEL = 'CopyParts';

/** Step Functions gives up on a worker a little after Lambda itself does, so that Lambda's own answer arrives. */
const TASK_TIMEOUT_MARGIN = Duration.seconds(15);

/**
 * The states of the workflow and the arrows between them. What travels is typed in `protocol.ts`: the output of Plan is
 * the state, Begin adds `$.upload`, Complete and CopyObject add `$.result`, a Catch adds `$.error`.
 *
 * JSONPath, since the states only route; no part result ever enters the state (10,000 ETags are more than 256 KiB).
 */
export function buildDefinition(scope: Construct, functions: Workers): sfn.IChainable {
  const done = new sfn.Succeed(scope, 'Done', { outputPath: '$.result' });
  const inParts = copyInParts(scope, functions, done);
  const copyObject = worker(scope, 'CopyObject', functions['copy-object'], {
    comment: 'One CopyObject for the whole object',
    resultPath: '$.result',
  });
  copyObject.next(done);

  const route = new sfn.Choice(scope, 'Route')
    .when(isAction('COPY_PARTS'), inParts)
    .when(isAction('COPY_OBJECT'), copyObject);

  const plan = worker(scope, 'Plan', functions.plan, {
    comment: 'Validate the input, look at both objects, cut the source into parts',
    payload: sfn.TaskInput.fromObject({
      // Not the input of the state: after a restore this state is entered again.
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

/** No worker waits: restoring takes minutes to days, and Plan looks again. */
function restoreFirst(scope: Construct, restore: lambda.Function, route: sfn.Choice, plan: sfn.IChainable): void {
  const wait = new sfn.Wait(scope, 'WaitForRestore', {
    time: sfn.WaitTime.secondsPath('$.restore.waitSeconds'),
  });
  wait.next(plan);
  const restoreObject = worker(scope, 'RestoreObject', restore, {
    comment: 'RestoreObject of an archived source',
    resultPath: sfn.JsonPath.DISCARD,
  });
  restoreObject.next(wait);
  route.when(isAction('RESTORE'), restoreObject).when(isAction('WAIT_FOR_RESTORE'), wait);
}

/** From Begin to Complete, or to Abort: what fails once there is an upload must not leave it behind. */
function copyInParts(scope: Construct, functions: Workers, done: sfn.IChainable): sfn.IChainable {
  const fail = new sfn.Fail(scope, 'Fail', { errorPath: '$.failure.error', causePath: '$.failure.cause' });
  const abort = worker(scope, 'Abort', functions.abort, {
    comment: 'Abort the upload and find the first real error',
    resultPath: '$.failure',
  }).next(fail);

  const complete = worker(scope, 'Complete', functions.complete, {
    comment: 'Check every part, make them an object and prove it equal',
    resultPath: '$.result',
  });
  complete.addCatch(abort, { resultPath: '$.error' });
  complete.next(done);

  const copyPart = (id: string) => worker(scope, id, functions['copy-part'], { comment: 'One UploadPartCopy' });
  const inlineMap = new sfn.Map(scope, 'CopyParts', mapProps());
  inlineMap.itemProcessor(copyPart('CopyPart'));
  const distributedMap = new sfn.DistributedMap(scope, 'CopyPartsDistributed', {
    ...mapProps(),
    label: MAP_LABEL,
    // Standard children can be listed, described and redriven; Express ones cannot, and end after 5 minutes.
    mapExecutionType: sfn.StateMachineType.STANDARD,
  });
  distributedMap.itemProcessor(copyPart('CopyPartInChild'));
  for (const map of [inlineMap, distributedMap]) map.addCatch(abort, { resultPath: '$.error' }).next(complete);

  const begin = worker(scope, 'Begin', functions.begin, {
    comment: 'CreateMultipartUpload with everything that the source carries',
    resultPath: '$.upload',
  });
  begin.next(
    new sfn.Choice(scope, 'FanOut', { comment: 'An inline Map runs 40 parts at once, and its history holds few more' })
      .when(sfn.Condition.stringEquals('$.plan.mapType', 'INLINE' satisfies MapType), inlineMap)
      .otherwise(distributedMap),
  );
  return begin;
}

function isAction(action: CopyAction): sfn.Condition {
  return sfn.Condition.stringEquals('$.action', action);
}

/** Items are bare part numbers: 10,000 of them are about 49 KB. What all parts share is added for each one here. */
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
    retryOnServiceExceptions: false, // ours, with jitter and with throttling, follow
    taskTimeout: sfn.Timeout.duration(
      Duration.seconds(lambdaFunction.timeout!.toSeconds() + TASK_TIMEOUT_MARGIN.toSeconds()),
    ),
  });
  addTransientRetries(task);
  return task;
}
