export { ChildRetries } from './child-retries';
/**
 * The calls of AWS that commands make. They are a separate bundle, so that the other commands start without the SDK.
 */
export { type ClientOptions, Clients, regionOfArn } from './clients';
export { AwsError } from './errors';
export {
  isNotVisible,
  listExecutionArns,
  readDefinition,
  readExecutionFacts,
  startExecution,
  type Started,
  stopExecution,
} from './executions';
export { findStateMachine, type WorkflowName } from './find-workflow';
export { type FoundObject, headObject } from './head-object';
export { abortUpload, listUploads, sizeUpload } from './uploads';
