import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expressMap } from './express-children';
import { FailurePath, type FailurePathOptions } from './failure-path';
import { MAP_LABEL } from './map-labels';
import { type ChildType, type CopyAction, ErrorName, type MapType } from './protocol';
import { TRACED_STATES } from './protocol/sweeper';
import { STATE_COMMENTS, type StateId } from './state-comments';
import { attempt, callWorker, CHILD_TASK, copyAttempt } from './tasks';
import type { Workers } from './workers';

/**
 * The states of the workflow and the transitions between them. protocol/steps.ts has the types of the data: the output of
 * Plan is the state, Begin adds `$.upload`, CheckParts `$.expected`, Complete and CopyObject `$.made`, Verify `$.result`, a
 * Catch `$.error`.
 *
 * The states use JSONPath, because they only route. Results of parts do not enter the state: 10,000 ETags exceed 256 KiB.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function buildDefinition(scope: Construct, functions: Workers, options: FailurePathOptions): sfn.IChainable {
  const done = new sfn.Succeed(scope, 'Done', { comment: STATE_COMMENTS.Done, outputPath: '$.result' });
  const failure = new FailurePath(scope, functions, options);
  const verify = verifyCopy(scope, functions, failure);
  verify.next(done);
  const inParts = copyInParts(scope, functions, verify, failure);
  const copyObject = callWorker(scope, 'CopyObject', functions['copy-object'], {
    payload: copyAttempt(),
    resultPath: '$.made',
  });
  copyObject.next(verify);

  const route = new sfn.Choice(scope, 'Route', { comment: STATE_COMMENTS.Route })
    .when(sfn.Condition.and(isAction('COPY_PARTS'), sfn.Condition.isPresent('$.upload')), inParts.resumed)
    .when(isAction('COPY_PARTS'), inParts.begun)
    .when(isAction('COPY_OBJECT'), copyObject);

  const plan = callWorker(scope, TRACED_STATES.plan, functions.plan, {
    payload: sfn.TaskInput.fromObject({
      // After a restore, this state is entered again, with another input.
      input: sfn.JsonPath.objectAt('$$.Execution.Input'),
      execution: {
        id: sfn.JsonPath.stringAt('$$.Execution.Id'),
        startTime: sfn.JsonPath.stringAt('$$.Execution.StartTime'),
      },
      beginFunctionName: functions.begin.functionName,
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
    comment: STATE_COMMENTS.WaitForRestore,
    time: sfn.WaitTime.secondsPath('$.restore.waitSeconds'),
  });
  wait.next(plan);
  const restoreObject = callWorker(scope, 'RestoreObject', restore, {
    resultPath: sfn.JsonPath.DISCARD,
  });
  restoreObject.next(wait);
  route.when(isAction('RESTORE'), restoreObject).when(isAction('WAIT_FOR_RESTORE'), wait);
}

/** Where a copy in parts begins. */
interface CopyInParts {
  /** With a new upload. */
  readonly begun: sfn.IChainable;
  /** With the upload that another execution kept. */
  readonly resumed: sfn.IChainable;
}

/** From Begin to Complete. All errors lead to the failure path, so that no upload is left behind. */
function copyInParts(scope: Construct, functions: Workers, verify: sfn.IChainable, failure: FailurePath): CopyInParts {
  const checkParts = callWorker(scope, TRACED_STATES.checkParts, functions['check-parts'], {
    resultPath: '$.expected',
  });
  const complete = callWorker(scope, 'Complete', functions.complete, {
    payload: copyAttempt(),
    resultPath: '$.made',
  });
  checkParts.next(complete).next(verify);
  const inlineMap = new sfn.Map(scope, 'CopyParts', mapProps('CopyParts'));
  inlineMap.itemProcessor(copyPart(scope, 'CopyPart', functions));
  const distributedMap = new sfn.DistributedMap(scope, 'CopyPartsDistributed', {
    ...mapProps('CopyPartsDistributed'),
    label: MAP_LABEL,
    mapExecutionType: sfn.StateMachineType.STANDARD,
  });
  distributedMap.itemProcessor(copyPart(scope, CHILD_TASK, functions));
  for (const map of [inlineMap, distributedMap]) map.next(checkParts);
  for (const state of [inlineMap, distributedMap, checkParts, complete]) {
    state.addCatch(failure.start, { resultPath: '$.error' });
  }
  const fanOut = new sfn.Choice(scope, 'FanOut', {
    comment: STATE_COMMENTS.FanOut,
  })
    .when(sfn.Condition.isPresent('$.upload.refused'), refused(scope, failure))
    .when(sfn.Condition.stringEquals('$.plan.mapType', 'INLINE' satisfies MapType), inlineMap)
    .otherwise(distributedMap);
  if (failure.express) {
    const after = { copied: checkParts, standardMap: distributedMap, failure: failure.express };
    const express = expressMap(scope, functions, mapProps('CopyPartsExpress'), after);
    const { Condition } = sfn;
    fanOut.when(
      Condition.and(
        Condition.isPresent('$.plan.childType'),
        Condition.stringEquals('$.plan.childType', 'EXPRESS' satisfies ChildType),
      ),
      express,
    );
  }
  return { begun: begin(scope, functions, failure, fanOut), resumed: fanOut };
}

function copyPart(scope: Construct, id: StateId, functions: Workers): sfn.TaskStateBase {
  return callWorker(scope, id, functions['copy-part'], {
    payload: attempt(),
  });
}

function refused(scope: Construct, failure: FailurePath): sfn.IChainable {
  const pass = new sfn.Pass(scope, 'Refused', {
    comment: STATE_COMMENTS.Refused,
    inputPath: '$.upload.refused',
    resultPath: '$.error',
  });
  pass.next(failure.start);
  return pass;
}

function begin(scope: Construct, functions: Workers, failure: FailurePath, fanOut: sfn.IChainable): sfn.IChainable {
  const notBegun = new sfn.Pass(scope, 'NotBegun', {
    comment: STATE_COMMENTS.NotBegun,
    parameters: { 'abortCommand.$': '$.listUploadsCommand' },
    resultPath: '$.upload',
  });
  notBegun.next(failure.start);
  const task = callWorker(scope, TRACED_STATES.begin, functions.begin, {
    payload: attempt(),
    resultPath: '$.upload',
  });
  task.addCatch(notBegun, { resultPath: '$.error' });
  task.next(fanOut);
  return task;
}

/**
 * The copy exists when this state is entered. The cause of every error says so: the worker adds it to its own errors, and the state machine
 * to those of Lambda and Step Functions.
 */
function verifyCopy(scope: Construct, functions: Workers, failure: FailurePath): sfn.TaskStateBase {
  const notVerified = new sfn.Pass(scope, 'NotVerified', {
    comment: STATE_COMMENTS.NotVerified,
    parameters: {
      'Error.$': '$.error.Error',
      'Cause.$': "States.Format('{} was made, and could not be verified: {}', $.made.description, $.error.Cause)",
    },
    resultPath: '$.error',
  });
  notVerified.next(failure.fail);
  const verify = callWorker(scope, 'Verify', functions.verify, {
    payload: sfn.TaskInput.fromObject({
      state: sfn.JsonPath.objectAt('$'),
      retryCount: sfn.JsonPath.numberAt('$$.State.RetryCount'),
      beginFunctionName: functions.begin.functionName,
    }),
    resultPath: '$.result',
  });
  verify.addCatch(failure.fail, { errors: Object.values(ErrorName), resultPath: '$.error' });
  verify.addCatch(failure.withCause('VerifyFailed', notVerified), { resultPath: '$.error' });
  return verify;
}

function isAction(action: CopyAction): sfn.Condition {
  return sfn.Condition.stringEquals('$.action', action);
}

/** Items are only part numbers: 10,000 of them take about 49 KB. The ItemSelector adds what all parts share. */
function mapProps(id: StateId): sfn.MapProps {
  return {
    comment: STATE_COMMENTS[id],
    itemsPath: '$.partNumbers',
    itemSelector: {
      partNumber: sfn.JsonPath.numberAt('$$.Map.Item.Value'),
      execution: sfn.JsonPath.objectAt('$.execution'),
      source: sfn.JsonPath.objectAt('$.source'),
      destination: sfn.JsonPath.objectAt('$.destination'),
      plan: sfn.JsonPath.objectAt('$.plan'),
      upload: sfn.JsonPath.objectAt('$.upload'),
    },
    maxConcurrencyPath: '$.plan.maxConcurrency',
    resultPath: sfn.JsonPath.DISCARD,
  };
}
