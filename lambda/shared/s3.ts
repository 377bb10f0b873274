import { HeadObjectCommand, type HeadObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { StandardRetryStrategy } from '@smithy/core/retry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { RetryErrorInfo, RetryStrategyV2, StandardRetryToken } from '@smithy/types';
import type { ObjectAddress } from '../../lib/private/protocol';
import { describeObject } from './copy-source';
import { explain } from './errors';

/** Tries of one call inside a worker; the state machine's Retry policies follow, with longer pauses. */
const MAX_ATTEMPTS = 4;

const CONNECTION_TIMEOUT_MS = 5_000;

/**
 * The SDK's own strategy, a new one for each call. Shared by the calls of a client, its bucket of retry tokens runs dry
 * after a burst of errors, and from then on calls fail on their first try.
 */
class RetryEachCall implements RetryStrategyV2 {
  private readonly strategies = new WeakMap<StandardRetryToken, StandardRetryStrategy>();

  async acquireInitialRetryToken(scope: string): Promise<StandardRetryToken> {
    const strategy = new StandardRetryStrategy(MAX_ATTEMPTS);
    return this.remember(strategy, await strategy.acquireInitialRetryToken(scope));
  }

  async refreshRetryTokenForRetry(token: StandardRetryToken, error: RetryErrorInfo): Promise<StandardRetryToken> {
    const strategy = this.strategies.get(token)!;
    return this.remember(strategy, await strategy.refreshRetryTokenForRetry(token, error));
  }

  recordSuccess(): void {
    // The bucket goes with the call.
  }

  private remember(strategy: StandardRetryStrategy, token: StandardRetryToken): StandardRetryToken {
    this.strategies.set(token, strategy);
    return token;
  }
}

/**
 * A client for one worker.
 *
 * @param requestTimeoutMs how long S3 may stay silent: a part copy or a Complete sends nothing until it is done
 */
export function createS3Client(requestTimeoutMs: number): S3Client {
  return new S3Client({
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs,
      // Without this the SDK only warns.
      throwOnRequestTimeout: true,
    }),
    retryStrategy: new RetryEachCall(),
  });
}

/** The object that a copy has made, as it is stored. */
export async function headCopy(
  client: S3Client,
  destination: ObjectAddress,
  VersionId: string | undefined,
): Promise<HeadObjectCommandOutput> {
  const { bucket: Bucket, key: Key } = destination;
  try {
    return await client.send(new HeadObjectCommand({ Bucket, Key, VersionId, ChecksumMode: 'ENABLED' }));
  } catch (error) {
    throw explain(error, { call: 'HeadObject of the copy', destination: describeObject(destination) });
  }
}
