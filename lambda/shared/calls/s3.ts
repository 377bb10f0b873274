import { S3Client } from '@aws-sdk/client-s3';
import { StandardRetryStrategy } from '@smithy/core/retry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { RetryErrorInfo, RetryStrategyV2, StandardRetryToken } from '@smithy/types';
import type { BucketAccess } from '../../../lib/private/protocol';

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

/** A client for a bucket, in the Region that the bucket is in. */
export type S3Clients = (bucket: BucketAccess) => S3Client;

/**
 * The clients of one worker, one for each Region. A copy is asked for in the Region of its destination.
 *
 * @param requestTimeoutMs how long S3 may stay silent: a part copy or a Complete sends nothing until it is done
 */
export function createS3Clients(requestTimeoutMs: number): S3Clients {
  const clients = new Map<string | undefined, S3Client>();
  return ({ region }) => {
    let client = clients.get(region);
    if (!client) {
      client = createS3Client(requestTimeoutMs, region);
      clients.set(region, client);
    }
    return client;
  };
}

function createS3Client(requestTimeoutMs: number, region: string | undefined): S3Client {
  return new S3Client({
    ...(region !== undefined && { region }),
    useArnRegion: true,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs,
      // Without this the SDK only warns.
      throwOnRequestTimeout: true,
    }),
    retryStrategy: new RetryEachCall(),
  });
}
