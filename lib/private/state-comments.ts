/*
 * What the console shows of each state: what happens in it, and what to look at when it fails. Step Functions shows the comment of a
 * state in its details.
 */

/** Part of the repository, and of the package. */
const RUNBOOK = 'docs/runbook.md';

const FINDS_CHILD_ERROR =
  'The Map itself says only that a part failed. If this fails, the execution fails with the error of the Map: look at the failed children of its Map Run';

/** The comment of each state. */
export const STATE_COMMENTS = {
  Plan: 'Validates the input, reads the source and, if options need it, the destination, and plans the parts. If it fails, nothing was written: the cause says which input, permission or object is wrong',
  Route:
    'Chooses between a copy in parts, one CopyObject, a restore of the source, and nothing to copy. $.action is what Plan decided',
  RestoreObject:
    'Calls RestoreObject for an archived source. If it fails, nothing was copied: look at the permission s3:RestoreObject and at the tier of the restore',
  WaitForRestore:
    'Waits without a worker until the source may be restored; Plan then looks again. Step Functions waits at no cost',
  CopyObject:
    'Copies the whole object by one CopyObject. If it fails, the cause says whether an object was made; the error is one of the table in ' +
    RUNBOOK,
  Begin:
    'Creates the multipart upload with all properties of the copy. If it fails, look at the permissions and the KMS key of the destination, which the cause names',
  NotBegun:
    'Begin failed. S3 may have created an upload whose id did not arrive: Abort looks for it, and the cause has the command that lists it',
  Refused:
    'The answer to CreateMultipartUpload shows that the copy cannot be made as planned: the cause says which property of the destination bucket is in the way',
  FanOut:
    'An inline Map runs up to 40 parts concurrently and shares the history of the execution; more parts run in children of a Distributed Map',
  CopyParts:
    'Runs one worker for each part. If it fails, the first part whose retries were used up has failed: its error is that of the execution',
  CopyPartsDistributed:
    'Runs one child execution for each part. If it fails, open the Map Run and look at the failed children; the execution fails with the error of the first one',
  CopyPart:
    'Copies one part by UploadPartCopy. If it fails, the cause names the part: look at the source, which may have changed, and at the permissions of the copy role',
  CopyPartInChild:
    'Copies one part by UploadPartCopy. If it fails, the cause names the part: look at the source, which may have changed, and at the permissions of the copy role',
  CopyPartsExpress:
    'Runs one Express execution for each part: ten times as many start in a second. They end after 5 minutes, so parts that they cannot copy in time are left to CopyPartsDistributed. If it fails, that is the error of the execution only if no time mends it',
  CopyPartInExpressChild:
    'Copies one part by UploadPartCopy in at most two tries of two minutes. If it fails, the cause names the part: look at the source, which may have changed, and at the permissions of the copy role',
  PartFailed: 'Fails with an error that no time mends, and with it the Map',
  PartLeft: 'Leaves the part to CopyPartsDistributed, which waits as long as an outage lasts',
  AllPartsCopied: 'Goes on with the parts that are left, or with CheckParts if none are',
  CopyPartsLeft: 'Takes the parts that are left for those that CopyPartsDistributed copies',
  ExpressMapFailed: 'Notes which Map failed: its first error is looked for, and decides whether the copy ends',
  IsErrorFinal:
    'Goes on with CopyAllPartsAgain if CopyPartsExpress failed and time may mend the error, or nothing is known of it; otherwise the copy fails',
  CopyAllPartsAgain:
    'A Map that failed does not tell which parts are copied, so CopyPartsDistributed copies all of them',
  CheckParts:
    'Lists the parts, checks that each has its planned size, and computes the checksum and the ETag of the object. If it fails, no object was made',
  Complete:
    'Completes the upload with the expected size and checksum. If it fails, the cause says whether an object was made: look for other writers of the destination',
  Verify:
    'Reads exactly the object that was made and proves it equal to the source. If it fails, the object exists: the cause says so, and what could not be proven',
  VerifyFailed: 'Verify failed with an error of Lambda or Step Functions, which may come without a cause',
  VerifyFailedWithoutCause: 'Adds an empty cause, because a path to no cause would replace the error',
  NotVerified:
    'Adds to the cause that the copy was made and could not be verified: compare both objects before using it',
  Failed: 'The start of the failure path. $.error is the first error, with which the execution will fail',
  FailedWithoutCause: 'Adds an empty cause, because a path to no cause would replace the error',
  WhichError: 'The error of a Distributed Map does not contain that of the part that failed, so it is looked for',
  FindChildError: 'Begins to look for the error of the child execution that failed',
  ListMapRuns: `Lists the Map Runs of this execution. ${FINDS_CHILD_ERROR}`,
  MapRunListed: 'The list lags behind by seconds: looks again if the Map Run is not in it yet',
  ListFailedChildren: `Lists the failed children of the Map Run. ${FINDS_CHILD_ERROR}`,
  ChildListed: 'The list lags behind by seconds: looks again if no failed child is in it yet',
  FirstFailedChild: 'Of the failed children that were listed, takes the one that started first',
  DescribeChild: `Reads the error and the cause of the child. ${FINDS_CHILD_ERROR}`,
  ChildDescribed: 'Takes the error of the child, if it is known already',
  ChildError: 'The error and the cause of the child become those of the execution',
  ChildErrorWithoutCause: 'The error of the child becomes that of the execution, with an empty cause',
  LookAgain: 'Looks for up to a minute. After that, the execution fails with the error of the Map',
  WaitForLists: 'Waits until the lists of Step Functions may have caught up',
  CountLooks: 'Counts how often the lists were read',
  KeepUpload: 'With onFailure KEEP, the upload stays for another execution, unless the error says that none can use it',
  UploadKept:
    'Adds to the cause how to go on with the upload, and how to remove it. Until then S3 charges for its parts',
  Abort:
    'Aborts the upload until S3 says that it no longer exists, and those whose ids did not arrive. If it fails, UploadLeft follows',
  PartsInFlight:
    'Parts in flight when the upload was aborted may be stored afterwards: then the upload exists again. Not after CheckParts, when none is in flight',
  WaitForParts: 'Waits until the parts in flight have ended',
  AbortLateParts:
    'Aborts the upload again, in case parts were stored after the first time. If it fails, UploadLeft follows',
  AbortNotRun:
    'The Abort function failed or could not run: look at its log. The error of the execution stays the first one',
  UploadAborted: 'Fails at once if the upload is gone; otherwise says first that it may be left',
  UploadLeft:
    'Adds to the cause the command that removes the upload, which costs money until then. The metric UploadsLeft counts these executions',
  Done: 'The copy was made and proven, or there was nothing to copy: status and reason of the output say which',
  Fail: `Fails with the first error. The cause says what happened and what to do; ${RUNBOOK} has a section for each error`,
} as const;

export type StateId = keyof typeof STATE_COMMENTS;
