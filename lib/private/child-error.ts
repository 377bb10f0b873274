import { Aws, Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { EXPRESS_MAP_LABEL, MAP_LABEL } from './map-labels';
import { STATE_COMMENTS, type StateId } from './state-comments';

/** How often the lists are read, and the delay between reads: they are eventually consistent (API reference of ListExecutions). */
const MAX_READS = 12;
const DELAY = Duration.seconds(5);

/** Of the children that failed, which may be all 10,000. A page has to fit into the state. */
const CHILDREN_LISTED = 50;

/**
 * Replaces the error of the Distributed Map in `$.error` by that of a child that failed: the one that started first of those
 * listed. The state machine itself reads it. If it does not find one, the error of the Map remains.
 *
 * @param hasExpressMap whether the execution may have had two Map Runs, of which the list may not have the second yet
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function findChildError(scope: Construct, next: sfn.IChainable, hasExpressMap: boolean): sfn.IChainable {
  const lookAgain = new sfn.Choice(scope, 'LookAgain', { comment: STATE_COMMENTS.LookAgain });
  const then = { lookAgain, ...(hasExpressMap && { notFound: next }) };
  const listMapRuns = call(scope, 'ListMapRuns', then, { 'ExecutionArn.$': '$$.Execution.Id' });
  const listChildren = call(scope, 'ListFailedChildren', then, {
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
  const describe = call(scope, 'DescribeChild', then, { 'ExecutionArn.$': '$.first.child.ExecutionArn' });
  const found = (id: StateId, cause: object) =>
    new sfn.Pass(scope, id, {
      comment: STATE_COMMENTS[id],
      parameters: { 'Error.$': '$.DescribeChild.Error', ...cause },
      resultPath: '$.error',
    }).next(next);

  const mapRun = '$.ListMapRuns.MapRuns[0].MapRunArn';
  const listed = sfn.Condition.isPresent(mapRun);
  listMapRuns.next(
    new sfn.Choice(scope, 'MapRunListed', { comment: STATE_COMMENTS.MapRunListed })
      .when(hasExpressMap ? sfn.Condition.and(listed, isOfFailedMap(mapRun)) : listed, listChildren)
      .otherwise(lookAgain),
  );
  listChildren.next(
    new sfn.Choice(scope, 'ChildListed', { comment: STATE_COMMENTS.ChildListed })
      .when(sfn.Condition.isPresent('$.ListFailedChildren.Executions[0].ExecutionArn'), first)
      .otherwise(lookAgain),
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
    time: sfn.WaitTime.duration(DELAY),
  });
  const count = new sfn.Pass(scope, 'CountLooks', {
    comment: STATE_COMMENTS.CountLooks,
    parameters: { 'count.$': 'States.MathAdd($.looks.count, 1)' },
    resultPath: '$.looks',
  });
  lookAgain.when(sfn.Condition.numberLessThan('$.looks.count', MAX_READS), wait).otherwise(next);
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

/**
 * The errors for children that cannot be listed or described. The API reference says that Express children of a Map Run
 * can be described; of ListExecutions it says only that it does not support Express state machines.
 */
const NOT_FOR_EXPRESS = ['Sfn.StateMachineTypeNotSupportedException', 'Sfn.InvalidArnException'];

interface AfterFailedCall {
  readonly lookAgain: sfn.IChainable;
  /** If reading again would not help. */
  readonly notFound?: sfn.IChainable;
}

function call(
  scope: Construct,
  id: keyof typeof ACTIONS,
  { lookAgain, notFound }: AfterFailedCall,
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
  if (notFound) {
    state.addRetry({ errors: NOT_FOR_EXPRESS, maxAttempts: 0 });
    state.addCatch(notFound, { errors: NOT_FOR_EXPRESS, resultPath: '$.lookFailure' });
  }
  state.addRetry({
    errors: [sfn.Errors.ALL],
    interval: Duration.seconds(1),
    backoffRate: 2,
    maxAttempts: 6,
    maxDelay: Duration.seconds(30),
    jitterStrategy: sfn.JitterType.FULL,
  });
  state.addCatch(lookAgain, { resultPath: '$.lookFailure' });
  return state;
}

/** `arn:…:mapRun:STATE_MACHINE/LABEL:ID` */
function isOfFailedMap(mapRunArn: string): sfn.Condition {
  const { Condition } = sfn;
  const isExpress = Condition.isPresent('$.express.failed');
  const hasLabel = (label: string) => Condition.stringMatches(mapRunArn, `*/${label}:*`);
  return Condition.or(
    Condition.and(isExpress, hasLabel(EXPRESS_MAP_LABEL)),
    Condition.and(Condition.not(isExpress), hasLabel(MAP_LABEL)),
  );
}
