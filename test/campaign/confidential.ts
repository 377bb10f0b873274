import { createHash } from 'node:crypto';
import { credentialsOfSession, type LocalDeployment } from '../../local/workflow';

/** ARN of the secret with the customer-provided key (SSE-C) of a run. */
export const KEY_ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:campaign-AbCdEf';

/** A text that is unique to the run. Only values of metadata, tags and headers of this run contain it. */
export function markerOf(seed: string): string {
  return `marker-${createHash('sha256').update(seed).digest('hex').slice(0, 16)}`;
}

/** The customer-provided key of a run, in Base64. */
export function customerKeyOf(seed: string): string {
  return createHash('sha256').update(`key of ${seed}`).digest('base64');
}

/** Texts that no log line may contain. */
export function confidentialTexts(seed: string, { functions }: LocalDeployment): string[] {
  const key = customerKeyOf(seed);
  const credentials = functions.flatMap(({ roleArn, name }) => {
    const { secretAccessKey, sessionToken = secretAccessKey } = credentialsOfSession(roleArn, name);
    return [secretAccessKey, sessionToken];
  });
  const md5 = createHash('md5').update(Buffer.from(key, 'base64')).digest('base64');
  return [markerOf(seed), key, Buffer.from(key, 'base64').toString('hex'), md5, ...new Set(credentials)];
}

/** Searches the lines that the functions of a run log. */
export class LogSearch {
  /** Lines with confidential texts. */
  readonly found: string[] = [];
  /** Number of lines that were searched. */
  count = 0;

  constructor(private readonly texts: readonly string[]) {}

  readonly look = ({ functionName, message }: { functionName: string; message: string }): void => {
    this.count++;
    const text = this.texts.find((each) => message.includes(each));
    if (text !== undefined) this.found.push(`${functionName} logs ${text}: ${message}`);
  };
}
