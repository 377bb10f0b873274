import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';

/** Endpoint and credentials for AWS. The SDK resolves omitted values as all tools of AWS do. */
export interface ClientOptions {
  readonly region?: string;
  /** A profile of the shared configuration files. */
  readonly profile?: string;
  /** One endpoint for all services, such as that of `mpcopy local --serve`, instead of those of AWS. */
  readonly endpointUrl?: string;
}

/** The clients that commands use. Each is created when it is first needed. */
export class Clients {
  private stepFunctions: SFNClient | undefined;
  private storage: S3Client | undefined;

  constructor(private readonly options: ClientOptions) {}

  /** Other clients may use up the quota at the same time. The client then slows down instead of failing. */
  get sfn(): SFNClient {
    return (this.stepFunctions ??= new SFNClient({ ...this.settings(), retryMode: 'adaptive', maxAttempts: 5 }));
  }

  /** Sends requests to the Region of the bucket. */
  get s3(): S3Client {
    return (this.storage ??= new S3Client({
      ...this.settings(),
      followRegionRedirects: true,
      // Local servers have no host names for buckets.
      ...(this.hasS3Endpoint() && { forcePathStyle: true }),
    }));
  }

  cloudFormation(): CloudFormationClient {
    return new CloudFormationClient(this.settings());
  }

  private hasS3Endpoint(): boolean {
    const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 } = process.env;
    return (this.options.endpointUrl ?? AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL) !== undefined;
  }

  private settings() {
    const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
    // The AWS CLI reads the second variable, too, but the SDK does not.
    const { region = AWS_REGION ?? AWS_DEFAULT_REGION, profile, endpointUrl } = this.options;
    return {
      ...(region !== undefined && { region }),
      ...(profile !== undefined && { profile }),
      ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
    };
  }
}

/** Region of an ARN of Step Functions; undefined if the text is not such an ARN. */
export function regionOfArn(arn: string): string | undefined {
  return /^arn:[^:]+:states:([^:]+):/.exec(arn)?.[1];
}
