import { SFNClient } from '@aws-sdk/client-sfn';

export interface ClientOptions {
  /** Default: that of the execution's ARN. */
  readonly region?: string;
  /** Of the shared configuration files. Default: `AWS_PROFILE`, else `default`. */
  readonly profile?: string;
  /** Default: that of AWS, or of `AWS_ENDPOINT_URL_SFN`. */
  readonly endpoint?: string;
}

/** The argument is wrong; the message shows the form of the right one. */
export class InvalidExecutionArn extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidExecutionArn';
  }
}

const EXECUTION_ARN = /^arn:[^:]+:states:([^:]+):\d{12}:execution:[^:]+:[^:]+$/;

/**
 * Region, credentials and endpoint as every tool of AWS finds them.
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
    // Others may use up the quota meanwhile: then the client slows down instead of giving up.
    retryMode: 'adaptive',
    maxAttempts: 5,
  });
}

/** For the Step Functions endpoint of a local run, which takes any credentials. */
export function createLocalClient(executionArn: string, endpoint: string): SFNClient {
  const [, region = 'us-east-1'] = EXECUTION_ARN.exec(executionArn) ?? [];
  return new SFNClient({ region, endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
}
