/** The values of a request that conditions look at, by lower-case key. */
export type ConditionContext = ReadonlyMap<string, readonly string[]>;
