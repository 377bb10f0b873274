export type { ByteRange } from './rules/ranges';
export { S3Server, type PrincipalOptions } from './server/server';
export { AWS_LATENCY, type LatencyModel, type LatencyOption } from './simulation/latency';
export type { Clock } from './base/clock';
export type { S3ServerOptions } from './server/options';
export type { ObjectDescription } from './server/describe';
export type { BucketOptions, GeneratedObject, ObjectAmendment } from './server/setup';
export { DecisionLog, type DeniedAccess, type UnusedAction } from './iam/decision-log';
export { canonicalId } from './wire/principal';
export { CHECKSUM_ALGORITHMS, isCrc as isCrcAlgorithm } from './checksums/algorithms';
export { STORAGE_CLASSES } from './rules/properties';
export { MAX_OBJECT_BYTES } from './server/setup';
export { RequestLog, type RequestLogEntry } from './simulation/request-log';
export { FaultInjector, type Fault, type FaultRule } from './simulation/faults';
export type { KmsRequestCounts } from './kms/kms';
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
} from './errors/server-errors';
