import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';

/** Where and as whom AWS is called. What is left out, the SDK finds as every tool of AWS does. */
export interface ClientOptions {
  readonly region?: string;
  /** Of the shared configuration files. */
  readonly profile?: string;
  /** One endpoint for all services, such as that of `mpcopy local --serve`, instead of those of AWS. */
  readonly endpointUrl?: string;
}

/** The clients that commands use, each made when it is needed. */
export class Clients {
  private stepFunctions: SFNClient | undefined;
  private storage: S3Client | undefined;

  constructor(private readonly options: ClientOptions) {}

  /** Others may use up the quota meanwhile: then the client slows down instead of giving up. */
  get sfn(): SFNClient {
    return (this.stepFunctions ??= new SFNClient({ ...this.settings(), retryMode: 'adaptive', maxAttempts: 5 }));
  }

  /** Follows a bucket into its Region. */
  get s3(): S3Client {
    return (this.storage ??= new S3Client({
      ...this.settings(),
      followRegionRedirects: true,
      // Local servers have no host name for each bucket.
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
    // The AWS CLI reads the second variable too, the SDK does not.
    const { region = AWS_REGION ?? AWS_DEFAULT_REGION, profile, endpointUrl } = this.options;
    return {
      ...(region !== undefined && { region }),
      ...(profile !== undefined && { profile }),
      ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
    };
  }
}

/** Region of an ARN of Step Functions; undefined if it is none. */
export function regionOfArn(arn: string): string | undefined {
  return /^arn:[^:]+:states:([^:]+):/.exec(arn)?.[1];
}
