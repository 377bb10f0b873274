/**
 * What the construct and the workers have to agree on. The workers import nothing else of `lib/`, and the files of
 * `protocol/` import nothing but each other.
 */
export * from './protocol/errors';
export * from './protocol/features';
export * from './protocol/limits';
export * from './protocol/settings';
export * from './protocol/steps';
