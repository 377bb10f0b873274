import { Aws, Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { STATE_COMMENTS, type StateId } from './state-comments';

/** Looks at the lists, and the pause between them: they lag behind by seconds (API reference of ListExecutions). */
const LOOKS = 12;
const PAUSE = Duration.seconds(5);

/** Of the children that failed, which may be all 10,000. A page has to fit into the state. */
const CHILDREN_LISTED = 50;

/**
 * Replaces the error of the Distributed Map in `$.error` by that of a child that failed: the one that started first of those
 * listed. Step Functions itself asks for it. If it does not find one, the error of the Map remains.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function findChildError(scope: Construct, next: sfn.IChainable): sfn.IChainable {
  const lookAgain = new sfn.Choice(scope, 'LookAgain', { comment: STATE_COMMENTS.LookAgain });
  const listMapRuns = call(scope, 'ListMapRuns', lookAgain, { 'ExecutionArn.$': '$$.Execution.Id' });
  const listChildren = call(scope, 'ListFailedChildren', lookAgain, {
    'MapRunArn.$': '$.ListMapRuns.MapRuns[0].MapRunArn',
    StatusFilter: 'FAILED',
    MaxResults: CHILDREN_LISTED,
  });
  // The most recent execution comes first.
  const first = new sfn.Pass(scope, 'FirstFailedChild', {
    comment: STATE_COMMENTS.FirstFailedChild,
    parameters: {
      'child.$':
        'States.ArrayGetItem($.ListFailedChildren.Executions, States.MathAdd(States.ArrayLength($.ListFailedChildren.Executions), -1))',
    },
    resultPath: '$.first',
  });
  const describe = call(scope, 'DescribeChild', lookAgain, { 'ExecutionArn.$': '$.first.child.ExecutionArn' });
  const found = (id: StateId, cause: object) =>
    new sfn.Pass(scope, id, {
      comment: STATE_COMMENTS[id],
      parameters: { 'Error.$': '$.DescribeChild.Error', ...cause },
      resultPath: '$.error',
    }).next(next);

  listMapRuns.next(ifPresent(scope, 'MapRunListed', '$.ListMapRuns.MapRuns[0].MapRunArn', listChildren, lookAgain));
  listChildren.next(
    ifPresent(scope, 'ChildListed', '$.ListFailedChildren.Executions[0].ExecutionArn', first, lookAgain),
  );
  first.next(describe);
  describe.next(
    new sfn.Choice(scope, 'ChildDescribed', { comment: STATE_COMMENTS.ChildDescribed })
      .when(sfn.Condition.isNotPresent('$.DescribeChild.Error'), lookAgain)
      .when(
        sfn.Condition.isPresent('$.DescribeChild.Cause'),
        found('ChildError', { 'Cause.$': '$.DescribeChild.Cause' }),
      )
      .otherwise(found('ChildErrorWithoutCause', { Cause: '' })),
  );

  const wait = new sfn.Wait(scope, 'WaitForLists', {
    comment: STATE_COMMENTS.WaitForLists,
    time: sfn.WaitTime.duration(PAUSE),
  });
  const count = new sfn.Pass(scope, 'CountLooks', {
    comment: STATE_COMMENTS.CountLooks,
    parameters: { 'count.$': 'States.MathAdd($.looks.count, 1)' },
    resultPath: '$.looks',
  });
  lookAgain.when(sfn.Condition.numberLessThan('$.looks.count', LOOKS), wait).otherwise(next);
  wait.next(count);
  count.next(listMapRuns);
  const start = new sfn.Pass(scope, 'FindChildError', {
    comment: STATE_COMMENTS.FindChildError,
    result: sfn.Result.fromObject({ count: 1 }),
    resultPath: '$.looks',
  });
  start.next(listMapRuns);
  return start;
}

/** The actions of Step Functions by the id of their state, which also names the field of the result. */
const ACTIONS = {
  ListMapRuns: 'listMapRuns',
  ListFailedChildren: 'listExecutions',
  DescribeChild: 'describeExecution',
} as const;

function call(
  scope: Construct,
  id: keyof typeof ACTIONS,
  otherwise: sfn.IChainable,
  parameters: object,
): sfn.CustomState {
  const state = new sfn.CustomState(scope, id, {
    stateJson: {
      Type: 'Task',
      Comment: STATE_COMMENTS[id],
      Resource: `arn:${Aws.PARTITION}:states:::aws-sdk:sfn:${ACTIONS[id]}`,
      Parameters: parameters,
      ResultPath: `$.${id}`,
      TimeoutSeconds: 60,
    },
  });
  state.addRetry({
    errors: [sfn.Errors.ALL],
    interval: Duration.seconds(1),
    backoffRate: 2,
    maxAttempts: 6,
    maxDelay: Duration.seconds(30),
    jitterStrategy: sfn.JitterType.FULL,
  });
  state.addCatch(otherwise, { resultPath: '$.lookFailure' });
  return state;
}

function ifPresent(
  scope: Construct,
  id: StateId,
  path: string,
  then: sfn.IChainable,
  otherwise: sfn.IChainable,
): sfn.Choice {
  return new sfn.Choice(scope, id, { comment: STATE_COMMENTS[id] })
    .when(sfn.Condition.isPresent(path), then)
    .otherwise(otherwise);
}
