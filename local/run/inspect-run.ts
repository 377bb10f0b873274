import type { CopyResult } from '../../lib/private/protocol';
import type { S3Server } from '../s3';
import { type Executed, resultOf } from './execute';
import { iamReport } from './iam';
import type { PreparedRun } from './prepare-run';
import { type CopyRun, toReport } from './report';
import type { SourceAddress } from './source';
import { type Verification, verifyCopy, type VerifyOptions } from './verify';

/** Compares the objects in the embedded S3 after an execution with the result of the execution. */
export async function inspectRun(
  server: S3Server,
  execution: Executed,
  { source, destination, range, bucketOf, realBytes, uploadsBefore, copyRole, enforceIam, onProgress }: PreparedRun,
): Promise<CopyRun> {
  // Read before the comparison, so that the requests of the comparison do not count.
  const requests = server.requestLog.counts();
  const iam = enforceIam ? iamReport(server, copyRole) : undefined;
  const result = resultOf(execution);
  const nameOf = (name: string) => bucketOf(name).name;
  const verification = await verify(server, result, { realBytes, range, bucketOf: nameOf, onProgress });
  const describe = ({ bucket, key, versionId }: SourceAddress) =>
    server.describeObject(nameOf(bucket), key, versionId === '' ? undefined : versionId) ?? null;
  const stored = {
    source: describe(result?.source ?? source),
    copy: describe(result?.destination ?? destination),
    openUploads: server.openUploads().filter(({ uploadId }) => !uploadsBefore.has(uploadId)).length,
  };
  return { report: toReport(execution, result, requests, verification, stored, iam), verification };
}

async function verify(server: S3Server, result: CopyResult | null, options: VerifyOptions): Promise<Verification> {
  if (result === null) return { equal: false, text: 'nothing was copied' };
  if (result.status === 'PLANNED') return { equal: false, text: 'nothing was copied: this was a dry run' };
  return verifyCopy(server, result, options);
}
