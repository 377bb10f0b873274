/**
 * Type of the child executions in which a Distributed Map copies the parts of an object, one each. Objects of up to 40 parts are
 * copied by an inline Map, which has none.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export enum ChildExecutions {
  /** Standard executions: 100 start in a second. Each has a history, which `mpcopy report` shows. */
  STANDARD = 'STANDARD',
  /**
   * Express executions: 1,000 start in a second. They end after 5 minutes and have no history. So parts that would take longer than a
   * minute by the published speed of S3 are copied in Standard executions, and so are parts that twice could not be copied.
   */
  EXPRESS = 'EXPRESS',
  /** As `EXPRESS` for objects whose copy gets at least 3 % faster by it, else as `STANDARD`. */
  AUTO = 'AUTO',
}
