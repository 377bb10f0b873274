/** Creates a report of one execution as an HTML page: reads the Step Functions API, makes a model of it, and renders the page. */
export { loadAssets } from './assets';
export type { ExecutionData, LocalRun } from './execution-data';
export type { CopyReport } from './model/report';
export { toReport } from './model/to-report';
export { type PageAssets, renderPage } from './page/render-page';
export { type ClientOptions, createClient, createLocalClient } from './read/client';
export { readExecution, type ReadOptions, UnreadableExecution } from './read/read-execution';
