/**
 * Runs the state machine of a synthesized CDK app on a laptop: `synthesize` an app or read an assembly or template with
 * `LocalDeployment`, then start executions with `LocalStepFunctions`.
 */
export { synthesize, type SynthesizeOptions } from './synthesize';
export { LocalDeployment, type DeployedOutput, type DeploymentOptions } from './deployment';
export { DeployedFunction } from './functions';
export { DeployedStateMachine } from './state-machines';
export { type DeployedRole, type PolicyDocument } from './roles';
export {
  type BucketEncryption,
  type DeployedAccessPoint,
  type DeployedBucket,
  type DeployedKey,
  type DeployedRule,
  type DeployedRuleTarget,
  type DeployedSecret,
} from './storage';
export {
  LocalStepFunctions,
  type ExecutionResult,
  type LocalStepFunctionsOptions,
  type RunOptions,
} from './step-functions';
export { credentialsOfRole, type Credentials, type FunctionMetrics, type LogLine } from './lambda';
export { type MapProgress, type WorkflowEvent } from './events';
export { type ExecutionStatus, type MapRunCounts, type MapRunRecord, type MapRunStatus } from './records';
export { type Json } from './json';
export * from './errors';
