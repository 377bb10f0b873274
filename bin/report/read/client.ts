import { SFNClient } from '@aws-sdk/client-sfn';

export interface ClientOptions {
  /** Default: the Region in the execution's ARN. */
  readonly region?: string;
  /** Profile of the shared configuration files. Default: `AWS_PROFILE`, otherwise `default`. */
  readonly profile?: string;
  /** Default: `AWS_ENDPOINT_URL_SFN`, otherwise the endpoint of AWS. */
  readonly endpoint?: string;
}

/** The argument is not the ARN of an execution. The message shows the expected format. */
export class InvalidExecutionArn extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidExecutionArn';
  }
}

const EXECUTION_ARN = /^arn:[^:]+:states:([^:]+):\d{12}:execution:[^:]+:[^:]+$/;

/**
 * Creates a client. Region, credentials and endpoint are determined as by the AWS CLI.
 *
 * @throws InvalidExecutionArn if this is not the ARN of an execution of a Standard workflow
 */
export function createClient(executionArn: string, { region, profile, endpoint }: ClientOptions): SFNClient {
  const [, ownRegion] = EXECUTION_ARN.exec(executionArn) ?? [];
  if (ownRegion === undefined) {
    throw new InvalidExecutionArn(
      `${JSON.stringify(executionArn)} is not the ARN of an execution of a Standard workflow; it looks like arn:aws:states:REGION:ACCOUNT:execution:STATE_MACHINE:NAME`,
    );
  }
  return new SFNClient({
    region: region ?? ownRegion,
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    // If other callers use up the quota, the client slows down instead of failing.
    retryMode: 'adaptive',
    maxAttempts: 5,
  });
}

/** Creates a client for the Step Functions endpoint of a local run, which accepts any credentials. */
export function createLocalClient(executionArn: string, endpoint: string): SFNClient {
  const [, region = 'us-east-1'] = EXECUTION_ARN.exec(executionArn) ?? [];
  return new SFNClient({ region, endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
}
