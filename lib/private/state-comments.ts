/*
 * What the console shows about each state: what it does, and what to check if it fails. Step Functions shows the comment of a state in
 * its details.
 */

/** Part of the repository, and of the package. */
const RUNBOOK = 'docs/runbook.md';

const FINDS_CHILD_ERROR =
  'The error of the Map says only that a part failed. If this fails, the execution fails with that error: check the failed children of its Map Run';

/** The comment of each state. */
export const STATE_COMMENTS = {
  Plan: 'Validates the input, reads the source and, if options need it, the destination, and plans the parts. If it fails, nothing was written: the cause says which input, permission or object is wrong',
  Route:
    'Chooses between a copy in parts, one CopyObject, a restore of the source, and nothing to copy. $.action is the decision of Plan',
  RestoreObject:
    'Calls RestoreObject for an archived source. If it fails, nothing was copied: check the permission s3:RestoreObject and the tier of the restore',
  WaitForRestore:
    'Waits without a worker until the source may be restored; Plan then checks again. Step Functions does not charge for waiting',
  CopyObject:
    'Copies the whole object with one CopyObject. If it fails, the cause says whether an object was made; the table of errors is in ' +
    RUNBOOK,
  Begin:
    'Creates the multipart upload with all properties of the copy. If it fails, check the permissions and the KMS key of the destination, which the cause names',
  NotBegun:
    'Begin failed. S3 may have created an upload whose ID is unknown: Abort searches for it, and the cause contains the command that lists it',
  Refused:
    'The answer to CreateMultipartUpload shows that the copy cannot be made as planned: the cause says which property of the destination bucket prevents it',
  FanOut:
    'An inline Map runs up to 40 parts concurrently and shares the history of the execution; more parts run in children of a Distributed Map',
  CopyParts:
    'Runs one worker for each part. If it fails, the execution fails with the error of the first part whose retries were exhausted',
  CopyPartsDistributed:
    'Runs one child execution for each part. If it fails, open the Map Run and check the failed children; the execution fails with the error of the first one',
  CopyPart:
    'Copies one part with UploadPartCopy. If it fails, the cause names the part: check whether the source has changed, and the permissions of the copy role',
  CopyPartInChild:
    'Copies one part with UploadPartCopy. If it fails, the cause names the part: check whether the source has changed, and the permissions of the copy role',
  CopyPartsExpress:
    'Runs one Express execution for each part: ten times as many start per second. They end after 5 minutes, so parts that they cannot copy in time are left to CopyPartsDistributed. If it fails, the execution fails with its error only if the error is final',
  CopyPartInExpressChild:
    'Copies one part with UploadPartCopy in at most two tries of two minutes. If it fails, the cause names the part: check whether the source has changed, and the permissions of the copy role',
  PartFailed: 'Fails the child and the Map, because the error is final: retries cannot help',
  PartLeft: 'Leaves the part to CopyPartsDistributed, whose retries survive longer outages',
  AllPartsCopied: 'Continues with the parts that are left, or with CheckParts if there are none',
  CopyPartsLeft: 'Passes the parts that are left to CopyPartsDistributed',
  ExpressMapFailed: 'Notes which Map failed. The first error of its children decides whether the copy ends',
  IsErrorFinal:
    'Continues with CopyAllPartsAgain if CopyPartsExpress failed and its error is not final or not known; otherwise the copy fails',
  CopyAllPartsAgain:
    'A Map that failed does not say which parts were copied, so CopyPartsDistributed copies all of them',
  CheckParts:
    'Lists the parts, checks that each has its planned size, and computes the checksum and the ETag of the object. If it fails, no object was made',
  Complete:
    'Completes the upload with the expected size and checksum. If it fails, the cause says whether an object was made: check for other writers of the destination',
  Verify:
    'Reads exactly the object that was made and proves that it equals the source. If it fails, the object exists; the cause says so, and what could not be proven',
  VerifyFailed: 'Verify failed with an error of Lambda or Step Functions, which may come without a cause',
  VerifyFailedWithoutCause: 'Adds an empty cause, because a path to no cause would replace the error',
  NotVerified:
    'Adds to the cause that the copy was made but could not be verified: compare both objects before you use the copy',
  Failed: 'The start of the failure path. $.error is the first error, with which the execution will fail',
  FailedWithoutCause: 'Adds an empty cause, because a path to no cause would replace the error',
  WhichError:
    'The error of a Distributed Map does not contain the error of the part that failed, so the next states find it',
  FindChildError: 'Starts the search for the error of the child execution that failed',
  ListMapRuns: `Lists the Map Runs of this execution. ${FINDS_CHILD_ERROR}`,
  MapRunListed: 'The list is updated with a delay of seconds: tries again if the Map Run is not in it yet',
  ListFailedChildren: `Lists the failed children of the Map Run. ${FINDS_CHILD_ERROR}`,
  ChildListed: 'The list is updated with a delay of seconds: tries again if no failed child is in it yet',
  FirstFailedChild: 'Selects the child that started first from the failed children in the list',
  DescribeChild: `Reads the error and the cause of the child. ${FINDS_CHILD_ERROR}`,
  ChildDescribed: 'Uses the error of the child if Step Functions already returns it',
  ChildError: 'Replaces the error and the cause of the execution by those of the child',
  ChildErrorWithoutCause: 'Replaces the error of the execution by that of the child, with an empty cause',
  LookAgain: 'Tries for up to a minute. After that, the execution fails with the error of the Map',
  WaitForLists: 'Waits until the lists of Step Functions may be up to date',
  CountLooks: 'Counts how often the lists were read',
  KeepUpload:
    'With onFailure KEEP, keeps the upload for another execution, unless the error means that no execution can resume it',
  UploadKept: 'Adds to the cause how to resume the upload and how to remove it. Until then, S3 charges for its parts',
  Abort:
    'Aborts the upload until S3 says that it no longer exists, and uploads whose IDs are unknown. If it fails, UploadLeft follows',
  PartsInFlight:
    'Parts in flight when the upload was aborted may be stored afterwards: then the upload exists again. Not after CheckParts, when none is in flight',
  WaitForParts: 'Waits until the parts in flight have ended',
  AbortLateParts:
    'Aborts the upload again, in case parts were stored after the first time. If it fails, UploadLeft follows',
  AbortNotRun:
    'The Abort function failed or could not run: check its log. The execution still fails with the first error',
  UploadAborted: 'Fails at once if the upload no longer exists; otherwise first adds to the cause that it may be left',
  UploadLeft:
    'Adds to the cause the command that removes the upload. S3 charges for the upload until then. The metric UploadsLeft counts these executions',
  Done: 'The copy was made and proven, or there was nothing to copy: status and reason of the output say which',
  Fail: `Fails with the first error. The cause says what happened and what to do; ${RUNBOOK} has a section for each error`,
} as const;

export type StateId = keyof typeof STATE_COMMENTS;
