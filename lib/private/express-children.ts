import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ExpressFailure } from './failure-path';
import { EXPRESS_MAP_LABEL } from './map-labels';
import { EXPRESS_TRY_SECONDS } from './protocol';
import { FINAL_NAMES } from './retries';
import { STATE_COMMENTS } from './state-comments';
import { attempt, callWorker, EXPRESS_CHILD_TASK } from './tasks';
import type { Workers } from './workers';

/** The states that follow the Map with Express children. */
export interface AfterExpressMap {
  /** All parts are copied. */
  readonly copied: sfn.IChainable;
  /** The Map with Standard children, which copies `$.partNumbers`. */
  readonly standardMap: sfn.IChainable;
  readonly failure: ExpressFailure;
}

/**
 * A Distributed Map with Express children. Step Functions starts ten times as many of them in a second, but ends them after 5 minutes. So
 * a child does not wait for the end of an outage: it tries twice, and leaves the part to a Standard child. Only a final error fails the
 * child, and with it the Map.
 *
 * The output of a child is the part number, or `{ "left": partNumber }`, so that the output of the Map says what is left. If the Map
 * fails, it has no output: the error of the child then decides between the failure path and a copy of all parts in Standard children.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
 */
export function expressMap(
  scope: Construct,
  functions: Workers,
  props: sfn.MapProps,
  { copied, standardMap, failure }: AfterExpressMap,
): sfn.DistributedMap {
  const map = new sfn.DistributedMap(scope, 'CopyPartsExpress', {
    ...props,
    itemSelector: { ...props.itemSelector, trySeconds: EXPRESS_TRY_SECONDS },
    label: EXPRESS_MAP_LABEL,
    mapExecutionType: sfn.StateMachineType.EXPRESS,
    resultSelector: { 'left.$': '$..left' },
    resultPath: '$.express',
  });
  map.itemProcessor(child(scope, functions));
  map.addCatch(failure.mapFailed, { resultPath: '$.error' });

  const copyRest = new sfn.Pass(scope, 'CopyPartsLeft', {
    comment: STATE_COMMENTS.CopyPartsLeft,
    inputPath: '$.express.left',
    resultPath: '$.partNumbers',
  });
  copyRest.next(standardMap);
  failure.copyAllAgain.next(standardMap);
  map.next(
    new sfn.Choice(scope, 'AllPartsCopied', { comment: STATE_COMMENTS.AllPartsCopied })
      .when(sfn.Condition.isPresent('$.express.left[0]'), copyRest)
      .otherwise(copied),
  );
  return map;
}

function child(scope: Construct, functions: Workers): sfn.IChainable {
  const copyPart = callWorker(scope, EXPRESS_CHILD_TASK, functions['copy-part'], {
    payload: attempt(),
  });
  const failed = new sfn.Fail(scope, 'PartFailed', {
    comment: STATE_COMMENTS.PartFailed,
    errorPath: '$.error.Error',
    causePath: '$.error.Cause',
  });
  const left = new sfn.Pass(scope, 'PartLeft', {
    comment: STATE_COMMENTS.PartLeft,
    parameters: { 'left.$': '$.partNumber' },
  });
  copyPart.addCatch(failed, { errors: [...FINAL_NAMES], resultPath: '$.error' });
  copyPart.addCatch(left, { resultPath: '$.error' });
  return copyPart;
}
