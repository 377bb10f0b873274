export {
  CopyCannedAcl,
  type CopyDefaults,
  CopyEncryption,
  CopyIntegrity,
  CopyOnFailure,
  CopyOverwrite,
  CopyRestoreTier,
  CopyStorageClass,
} from './copy-defaults';
export { ChildExecutions } from './child-executions';
export { CopyDestination, type CopyDestinationBucketNameOptions } from './copy-destination';
export { type CopyLimits } from './copy-limits';
export * from './copy-location';
export { CopyProof, CopyStatus } from './copy-metrics';
export { type CopyAlarmOptions, type CopyDashboardOptions } from './copy-monitoring';
export { CopySource } from './copy-source';
export { type CopyEventTargetOptions } from './event-target';
export { MultipartCopyWorkflow } from './multipart-copy-workflow';
export { type MultipartCopyWorkflowProps } from './multipart-copy-workflow-props';
export { CopyOutcome, type NotificationOptions, type NotifyOptions } from './notification-options';
export { type CopyOnObjectCreatedOptions, ObjectCreatedReason } from './object-created-rule';
export { type SweeperOptions } from './sweeper-options';
