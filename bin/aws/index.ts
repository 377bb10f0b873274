/** The calls of AWS that commands make. A bundle of its own, so that the other commands start without the SDK. */
export { type ClientOptions, createS3Client } from './clients';
export { AwsError } from './errors';
export { type FoundObject, headObject } from './head-object';
