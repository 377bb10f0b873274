import {
  DATA_RETRIEVAL,
  EXPRESS_DURATION,
  EXPRESS_REQUESTS,
  KMS_REQUESTS,
  LAMBDA_DURATION,
  LAMBDA_REQUESTS,
  type ListPrice,
  PRICE_REGION,
  priceOf,
  RESTORE_RETRIEVAL,
  S3_READ_REQUESTS,
  S3_WRITE_REQUESTS,
  STAGED_IN_STANDARD,
  STATE_TRANSITIONS,
  transferPrice,
} from './prices';

/** What a copy uses. */
export interface CopyUsage {
  /** Number of requests by S3 operation, such as `UploadPartCopy`. */
  readonly s3Requests: Readonly<Record<string, number>>;
  /** Storage class of the destination. */
  readonly storageClass: string;
  readonly stateTransitions: number;
  /** Express executions that copied parts. */
  readonly expressRequests?: number;
  /** Memory in GB times seconds of these executions. */
  readonly expressGBSeconds?: number;
  readonly lambdaRequests: number;
  /** Memory in GB times seconds, all functions together. */
  readonly lambdaGBSeconds: number;
  readonly architecture: 'arm64' | 'x86_64';
  readonly kmsRequests?: number;
  /** Bytes that leave one Region for another. */
  readonly transferredBytes?: number;
  /** Region that they leave. Default: one of the United States. */
  readonly transferredFrom?: string;
  /** Bytes that are read from a storage class that charges for it. */
  readonly retrieved?: { readonly bytes: number; readonly storageClass: string };
  /** Bytes that are restored from an archive, and the retrieval tier. */
  readonly restored?: { readonly bytes: number; readonly storageClass: string; readonly tier: string };
}

/** US dollars by service. */
export interface CostUSD {
  readonly s3: number;
  readonly stepFunctions: number;
  readonly lambda: number;
  readonly kms: number;
  readonly transfer: number;
  readonly total: number;
}

export interface CostLine {
  readonly service: Exclude<keyof CostUSD, 'total'>;
  /** What is charged, such as `UploadPartCopy`. */
  readonly item: string;
  readonly quantity: number;
  /** Absent: the price is not in the table. */
  readonly price?: ListPrice;
  /** 0 where the price is not in the table. */
  readonly usd: number;
}

export interface CopyCost {
  readonly lines: readonly CostLine[];
  readonly costUSD: CostUSD;
}

/** Requests that are free (S3 pricing page: DELETE and CANCEL requests are free). */
const FREE = ['AbortMultipartUpload', 'DeleteObject'];

const IS_READ = /^(Head|Get)/;

const BYTES_PER_GB = 1024 ** 3;

/** The cost of a copy at list prices. Items without a price in the table count as 0, and their lines have no price. */
export function costOf(usage: CopyUsage): CopyCost {
  const { s3Requests, storageClass, architecture, kmsRequests = 0, transferredBytes = 0 } = usage;
  const { transferredFrom = PRICE_REGION } = usage;
  const lines = [
    ...Object.entries(s3Requests)
      .filter(([operation, quantity]) => quantity > 0 && !FREE.includes(operation))
      .map(([operation, quantity]) => line('s3', operation, quantity, s3Price(operation, storageClass))),
    ...retrievalLines(usage),
    line('stepFunctions', 'state transitions', usage.stateTransitions, STATE_TRANSITIONS),
    ...expressLines(usage),
    line('lambda', 'requests', usage.lambdaRequests, LAMBDA_REQUESTS),
    line('lambda', `GB-seconds, ${architecture}`, usage.lambdaGBSeconds, LAMBDA_DURATION[architecture]),
    ...(kmsRequests > 0 ? [line('kms', 'requests', kmsRequests, KMS_REQUESTS)] : []),
    ...(transferredBytes > 0
      ? [line('transfer', 'GB between Regions', transferredBytes / BYTES_PER_GB, transferPrice(transferredFrom))]
      : []),
  ];
  const sum = (service: CostLine['service']): number =>
    lines.filter((each) => each.service === service).reduce((total, { usd }) => total + usd, 0);
  const costs = {
    s3: sum('s3'),
    stepFunctions: sum('stepFunctions'),
    lambda: sum('lambda'),
    kms: sum('kms'),
    transfer: sum('transfer'),
  };
  return { lines, costUSD: { ...costs, total: Object.values(costs).reduce((total, usd) => total + usd, 0) } };
}

function expressLines({ expressRequests = 0, expressGBSeconds = 0 }: CopyUsage): CostLine[] {
  if (expressRequests === 0) return [];
  return [
    line('stepFunctions', 'Express requests', expressRequests, EXPRESS_REQUESTS),
    line('stepFunctions', 'Express GB-seconds', expressGBSeconds, EXPRESS_DURATION),
  ];
}

function retrievalLines({ retrieved, restored }: CopyUsage): CostLine[] {
  const lines: CostLine[] = [];
  const price = retrieved && ownPrice(DATA_RETRIEVAL, retrieved.storageClass);
  if (retrieved && price) {
    lines.push(line('s3', `GB read from ${retrieved.storageClass}`, retrieved.bytes / BYTES_PER_GB, price));
  }
  if (restored) {
    const { bytes, storageClass, tier } = restored;
    const item = `GB restored from ${storageClass}, ${tier}`;
    lines.push(line('s3', item, bytes / BYTES_PER_GB, ownPrice(ownPrice(RESTORE_RETRIEVAL, storageClass) ?? {}, tier)));
  }
  return lines;
}

/** Of one request; undefined if it is not in the table. */
function s3Price(operation: string, storageClass: string): ListPrice | undefined {
  if (IS_READ.test(operation)) return S3_READ_REQUESTS;
  const isStaged = STAGED_IN_STANDARD.includes(storageClass) && STAGED_OPERATIONS.includes(operation);
  const charged = isStaged ? 'STANDARD' : storageClass;
  return ownPrice(S3_WRITE_REQUESTS, charged);
}

function ownPrice<T>(prices: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(prices, name) ? prices[name] : undefined;
}

const STAGED_OPERATIONS = ['CreateMultipartUpload', 'UploadPartCopy', 'UploadPart', 'ListParts'];

function line(service: CostLine['service'], item: string, quantity: number, price: ListPrice | undefined): CostLine {
  if (price === undefined) return { service, item, quantity, usd: 0 };
  return { service, item, quantity, price, usd: priceOf(quantity, price) };
}
