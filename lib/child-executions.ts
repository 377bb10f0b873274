/**
 * Type of the child executions of a Distributed Map, each of which copies one part. Objects of up to 40 parts are copied by an inline
 * Map, which has no child executions.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export enum ChildExecutions {
  /** Standard executions: up to 100 start per second. Each has a history, which `mpcopy report` shows. */
  STANDARD = 'STANDARD',
  /**
   * Express executions: up to 1,000 start per second. They end after 5 minutes and have no history. Parts that are estimated to take
   * longer than a minute, and parts that could not be copied in two tries, are copied in Standard executions instead.
   */
  EXPRESS = 'EXPRESS',
  /** `EXPRESS` for objects whose copy is estimated to be at least 3 % faster with it, otherwise `STANDARD`. */
  AUTO = 'AUTO',
}
