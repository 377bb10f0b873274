import { S3Client } from '@aws-sdk/client-s3';

/** Where and as whom AWS is called. What is left out, the SDK finds as every tool of AWS does. */
export interface ClientOptions {
  readonly region?: string;
  /** Of the shared configuration files. */
  readonly profile?: string;
  /** Of Step Functions and CloudFormation, instead of those of AWS. */
  readonly endpointUrl?: string;
  /** Of S3. */
  readonly s3EndpointUrl?: string;
}

/** Follows a bucket into its Region. */
export function createS3Client({ region, profile, s3EndpointUrl }: ClientOptions): S3Client {
  return new S3Client({
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    // Local servers have no host name for each bucket.
    ...((s3EndpointUrl ?? process.env.AWS_ENDPOINT_URL_S3) !== undefined && { forcePathStyle: true }),
    ...(s3EndpointUrl !== undefined && { endpoint: s3EndpointUrl }),
    followRegionRedirects: true,
  });
}
