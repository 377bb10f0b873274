/**
 * Everything that the construct and the workers have to agree on. The workers import nothing else from `lib/`, and the
 * files of `protocol/` import nothing but each other.
 */
export * from './protocol/checksums';
export * from './protocol/errors';
export * from './protocol/features';
export * from './protocol/limits';
export * from './protocol/locations';
export * from './protocol/objects';
export * from './protocol/result';
export * from './protocol/settings';
export * from './protocol/steps';
