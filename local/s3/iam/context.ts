/** The values of condition keys, by lower-case key. */
export type ConditionContext = ReadonlyMap<string, readonly string[]>;
