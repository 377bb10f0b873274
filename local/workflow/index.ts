/**
 * Runs the state machine of a synthesized CDK app on a laptop: `synthesize` an app or read an assembly or template with
 * `LocalDeployment`, then start executions with `LocalStepFunctions`.
 */
export { synthesize, type SynthesizeOptions } from './template/synthesize';
export { type DeployedOutput, type DeployedResource, type DeployedStack } from './template/deployed-stack';
export { LocalDeployment, type DeploymentOptions } from './template/deployment';
export { type DeployedQueue, type DeployedRule, type DeployedSchedule, type DeployedTarget } from './template/events';
export { DeployedFunction } from './template/functions';
export { DeployedStateMachine } from './template/state-machines';
export { partitionOf } from './template/partitions';
export { type DeployedRole, type PolicyDocument } from './template/roles';
export {
  type BucketEncryption,
  type DeployedAccessPoint,
  type DeployedBucket,
  type DeployedKey,
  type DeployedSecret,
} from './template/storage';
export {
  LocalStepFunctions,
  type ExecutionResult,
  type LocalStepFunctionsOptions,
  type RunOptions,
} from './step-functions';
export { type Access, type Authorize } from './access';
export { ScaledClock, VirtualClock, type Clock } from './clock';
export { type FunctionMetrics, type LogLine } from './lambda/service';
export { keepSpareThreads, type SpareThreads } from './lambda/spare-threads';
export { credentialsOfRole, credentialsOfSession, type Credentials } from './lambda/variables';
export { parsePlatformFaults, type PlatformFault, type PlatformFaultRule } from './platform-faults';
export { checkExecutionName } from './engine/limits';
export { type MapProgress, type WorkflowEvent } from './engine/events';
export { type Delivery } from './events/delivery';
export { type BusEvent, type NewEvent } from './events/event';
export { type ExecutionStatus, type MapRunCounts, type MapRunRecord, type MapRunStatus } from './engine/records';
export { type Json } from './json';
export * from './errors';
