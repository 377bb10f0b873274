/** One copy through a synthesized template on this machine, and the comparison of source and copy. */
export { InvalidRun, ResourceUnavailable } from './errors';
export { type IamReport, withoutAction } from './iam';
export type { CopyRunOptions, FinishedExecution } from './options';
export { loadFaults } from './prepare-run';
export type { Amount, Phase, Progress } from './progress';
export type { CopyRun, CopyRunReport } from './report';
export { runCopy } from './run-copy';
export { type ExecutionStatusChange, type ServeOptions, type Serving, serveWorkflows } from './serve/serve';
export { needsScenario } from './scenario/derive';
export { parseSetup } from './setup/parse';
export type { SourceSetup } from './setup/schema';
