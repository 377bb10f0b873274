export type { ByteRange } from './ranges';
export { S3Server, type PrincipalOptions } from './server';
export { AWS_LATENCY, type LatencyModel, type LatencyOption } from './latency';
export type { S3ServerOptions } from './options';
export type { LifecycleRun } from './expiry';
export type { ObjectDescription } from './describe';
export type { BucketOptions, GeneratedObject, ObjectAmendment } from './setup';
export { DecisionLog, type DeniedAccess, type UnusedAction } from './iam/decision-log';
export { canonicalId } from './accounts';
export { CHECKSUM_ALGORITHMS, isCrc as isCrcAlgorithm } from './checksums/algorithms';
export { STORAGE_CLASSES } from './properties';
export { MAX_OBJECT_BYTES } from './setup';
export { RequestLog, type RequestLogEntry } from './request-log';
export { FaultInjector, type Fault, type FaultRule } from './faults';
export type { KmsRequestCounts } from './kms';
export type { KmsKey } from './store/model';
export {
  BucketExistsError,
  DamagedJournalError,
  DirectoryInUseError,
  InvalidBucketNameError,
  InvalidFaultError,
  InvalidObjectError,
  InvalidOptionError,
  NotFoundError,
  S3ServerError,
} from './option-errors';
