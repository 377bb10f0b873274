import type { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { findChildError } from './child-error';
import { type CopyPartsState, MAP_FAILED, NOT_RESUMABLE } from './protocol';
import { KEPT_STATE } from './protocol/sweeper';
import { FINAL_NAMES } from './retries';
import { STATE_COMMENTS, type StateId } from './state-comments';
import { callWorker } from './tasks';
import type { Workers } from './workers';

/** The state that is entered only if an upload may be left behind. The metric `UploadsLeft` counts its events in the log. */
export const UPLOAD_LEFT_STATE = 'UploadLeft';

export interface FailurePathOptions {
  /** How long uploads of executions with `onFailure: KEEP` are kept; absent: until somebody removes them. */
  readonly keepFor?: Duration;
  /** Whether there is a Map with Express children. */
  readonly hasExpressMap: boolean;
}

export interface ExpressFailure {
  /** The state after an error of that Map. The copy may continue. */
  readonly mapFailed: sfn.IChainable;
  /** Its `next` has to be called with the Map with Standard children. */
  readonly copyAllAgain: sfn.Pass;
}

/**
 * From an error, which a Catch has written to `$.error`, to the end of the execution: finds the first real error, aborts the
 * upload or keeps it, and fails with that error. The outcome of Abort changes only the cause.
 *
 * The state machine itself finds the error. A worker could be throttled or fail at that time, and the error would be lost.
 */
export class FailurePath {
  /** The state after errors when there may be an upload. `$.upload.abortCommand` has to be set. */
  public readonly start: sfn.IChainable;
  /** Fails the execution with `$.error`. */
  public readonly fail: sfn.Fail;
  /** For errors of the Map with Express children; absent without one. */
  public readonly express?: ExpressFailure;

  constructor(
    private readonly scope: Construct,
    private readonly functions: Workers,
    private readonly options: FailurePathOptions,
  ) {
    this.fail = new sfn.Fail(scope, 'Fail', {
      comment: STATE_COMMENTS.Fail,
      errorPath: '$.error.Error',
      causePath: '$.error.Cause',
    });
    const end = this.keepOr(this.abort(this.report()));
    if (options.hasExpressMap) {
      const mapFailed = new sfn.Pass(scope, 'ExpressMapFailed', {
        comment: STATE_COMMENTS.ExpressMapFailed,
        result: sfn.Result.fromObject({ failed: true }),
        resultPath: '$.express',
      });
      const copyAllAgain = new sfn.Pass(scope, 'CopyAllPartsAgain', {
        comment: STATE_COMMENTS.CopyAllPartsAgain,
        result: sfn.Result.fromObject({ copiesAllAgain: true }),
        resultPath: '$.express',
      });
      this.start = this.withCause('Failed', this.findError(this.copyAgainOr(copyAllAgain, end)));
      this.express = { mapFailed: mapFailed.next(this.start), copyAllAgain };
    } else {
      this.start = this.withCause('Failed', this.findError(end));
    }
  }

  /** Errors may have no cause, and a path to a missing cause would replace the error. */
  public withCause(id: 'Failed' | 'VerifyFailed', next: sfn.IChainable): sfn.IChainable {
    const noCause = new sfn.Pass(this.scope, `${id}WithoutCause`, {
      comment: STATE_COMMENTS[`${id}WithoutCause`],
      parameters: { 'Error.$': '$.error.Error', Cause: '' },
      resultPath: '$.error',
    });
    noCause.next(next);
    return new sfn.Choice(this.scope, id, { comment: STATE_COMMENTS[id] })
      .when(sfn.Condition.isPresent('$.error.Cause'), next)
      .otherwise(noCause);
  }

  /**
   * Aborts the upload, and again when parts have ended that were in flight: S3 may store them after the abort, and the upload then
   * exists until it is aborted once more.
   */
  private abort(next: sfn.IChainable): sfn.IChainable {
    const notRun = new sfn.Pass(this.scope, 'AbortNotRun', {
      comment: STATE_COMMENTS.AbortNotRun,
      parameters: {
        aborted: false,
        'problem.$': "States.Format('the Abort function failed with {}', $.abortFailure.Error)",
      },
      resultPath: '$.abort',
    });
    notRun.next(next);
    const task = (id: StateId) =>
      callWorker(this.scope, id, this.functions.abort, {
        payload: sfn.TaskInput.fromObject({
          state: sfn.JsonPath.objectAt('$'),
          beginFunctionName: this.functions.begin.functionName,
        }),
        resultPath: '$.abort',
      }).addCatch(notRun, { resultPath: '$.abortFailure' });
    const late = task('AbortLateParts');
    late.next(next);
    const wait = new sfn.Wait(this.scope, 'WaitForParts', {
      comment: STATE_COMMENTS.WaitForParts,
      time: sfn.WaitTime.secondsPath('$.settleSeconds'),
    });
    wait.next(late);
    const first = task('Abort');
    first.next(
      new sfn.Choice(this.scope, 'PartsInFlight', { comment: STATE_COMMENTS.PartsInFlight })
        .when(
          sfn.Condition.and(
            sfn.Condition.isPresent('$.upload.uploadId'),
            sfn.Condition.isNotPresent('$.upload.refused'),
            sfn.Condition.isNotPresent('$.expected'),
          ),
          wait,
        )
        .otherwise(next),
    );
    return first;
  }

  /** With `onFailure: KEEP`, another execution can resume the upload, unless the error means that none can. */
  private keepOr(abort: sfn.IChainable): sfn.IChainable {
    const { Condition } = sfn;
    const { keepFor } = this.options;
    const until = keepFor ? `for ${keepFor.toHumanString()}` : 'until somebody removes it';
    const kept = new sfn.Pass(this.scope, KEPT_STATE, {
      comment: STATE_COMMENTS[KEPT_STATE],
      parameters: {
        'Error.$': '$.error.Error',
        'Cause.$': `States.Format('{}; upload {} is kept ${until}: to resume it, start an execution with the same input and with options.resumeUploadId {} and options.copySourceIfMatch {}; to remove it: {}', $.error.Cause, $.upload.uploadId, $.upload.uploadId, $.source.etag, $.upload.abortCommand)`,
      },
      resultPath: '$.error',
    });
    kept.next(this.fail);
    const isResumable = NOT_RESUMABLE.map((name) => Condition.not(Condition.stringEquals('$.error.Error', name)));
    return new sfn.Choice(this.scope, 'KeepUpload', { comment: STATE_COMMENTS.KeepUpload })
      .when(
        Condition.and(
          Condition.stringEquals('$.onFailure', 'KEEP' satisfies CopyPartsState['onFailure']),
          Condition.isPresent('$.upload.uploadId'),
          Condition.isNotPresent('$.upload.refused'),
          ...isResumable,
        ),
        kept,
      )
      .otherwise(abort);
  }

  /** The error of a Distributed Map does not contain that of the child execution. */
  private findError(next: sfn.IChainable): sfn.IChainable {
    const children = findChildError(this.scope, next, this.options.hasExpressMap);
    return new sfn.Choice(this.scope, 'WhichError', { comment: STATE_COMMENTS.WhichError })
      .when(sfn.Condition.stringEquals('$.error.Error', MAP_FAILED), children)
      .otherwise(next);
  }

  /** After the Map with Express children, only a final error ends the copy. */
  private copyAgainOr(copyAllAgain: sfn.Pass, end: sfn.IChainable): sfn.IChainable {
    const { Condition } = sfn;
    const isFinal = FINAL_NAMES.map((name) => Condition.stringEquals('$.error.Error', name));
    return new sfn.Choice(this.scope, 'IsErrorFinal', { comment: STATE_COMMENTS.IsErrorFinal })
      .when(
        Condition.and(Condition.isPresent('$.express.failed'), Condition.not(Condition.or(...isFinal))),
        copyAllAgain,
      )
      .otherwise(end);
  }

  private report(): sfn.IChainable {
    const left = new sfn.Pass(this.scope, UPLOAD_LEFT_STATE, {
      comment: STATE_COMMENTS[UPLOAD_LEFT_STATE],
      parameters: {
        'Error.$': '$.error.Error',
        'Cause.$':
          "States.Format('{}; an upload may be left behind and costs money until it is removed ({}): {}', $.error.Cause, $.abort.problem, $.upload.abortCommand)",
      },
      resultPath: '$.error',
    });
    left.next(this.fail);
    return new sfn.Choice(this.scope, 'UploadAborted', { comment: STATE_COMMENTS.UploadAborted })
      .when(sfn.Condition.booleanEquals('$.abort.aborted', true), this.fail)
      .otherwise(left);
  }
}
