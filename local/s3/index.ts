export type { ByteRange } from './rules/ranges';
export { S3Server, type KmsKeyScope } from './server/server';
export type { PrincipalOptions } from './server/principals';
export { operationOf } from './http/operation-of';
export { AWS_LATENCY, type LatencyModel, type LatencyOption } from './simulation/latency';
export type { Clock } from './base/clock';
export type { S3ServerOptions } from './server/options';
export type { ObjectDescription } from './server/describe';
export type { BucketOptions } from './server/buckets';
export { MAX_OBJECT_BYTES, type GeneratedObject, type ObjectAmendment } from './server/objects';
export { DecisionLog, type DeniedAccess, type UnusedAction } from './iam/decision-log';
export { canonicalId } from './wire/principal';
export { CHECKSUM_ALGORITHMS, isCrc as isCrcAlgorithm } from './checksums/algorithms';
export { STORAGE_CLASSES } from './rules/properties';
export { RequestLog, type RequestLogEntry } from './simulation/request-log';
export type { Fault, FaultRule } from './simulation/fault-rules';
export { FaultInjector } from './simulation/faults';
export type { OperationEvent, OperationListener, OperationPhase } from './simulation/operation-hooks';
export type { KmsRequestCounts } from './kms/kms';
export { KMS_KEY_STATES, type KmsKey, type KmsKeyState } from './store/model';
export {
  BucketExistsError,
  DamagedJournalError,
  DirectoryInUseError,
  ForeignDirectoryError,
  InvalidBucketNameError,
  InvalidFaultError,
  InvalidObjectError,
  InvalidOptionError,
  NotFoundError,
  S3ServerError,
} from './errors/server-errors';
