export type { CopyReport } from './model/report';
export type { ExecutionData, LocalRun } from './execution-data';
export { toReport } from './model/to-report';
export { type PageAssets, renderPage } from './page/render-page';
export { readExecution, type ReadOptions, UnreadableExecution } from './read/read-execution';
