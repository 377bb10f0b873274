export { CopyDestination, type CopyDestinationBucketOptions, type CopyDestinationConfig } from './copy-destination';
export { CopySource, type CopySourceBucketOptions, type CopySourceConfig } from './copy-source';
export { MultipartCopyWorkflow, type MultipartCopyWorkflowProps } from './multipart-copy-workflow';
export { type CopyOnObjectCreatedOptions } from './object-created-rule';
