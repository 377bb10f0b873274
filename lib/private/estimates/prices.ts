/*
 * List prices in US dollars, of one Region at one date: no free tier, no discounts, no taxes. This is the only place in
 * the project that has prices. Always show a price with its date and Region.
 */

/** Region of all prices below. */
export const PRICE_REGION = 'us-east-1';

/** When the prices were looked up, ISO 8601. */
export const PRICE_DATE = '2026-11-22';

export interface ListPrice {
  /** US dollars for `per` units. */
  readonly usd: number;
  readonly per: number;
  readonly unit: 'requests' | 'transitions' | 'GB-seconds' | 'GB' | 'GB-months';
  /** Page of AWS that has the price. */
  readonly source: string;
  /** `true`: not looked up at `PRICE_DATE`. */
  readonly isUnconfirmed?: true;
}

const S3_PRICING = 'https://aws.amazon.com/s3/pricing/';
const LAMBDA_PRICING = 'https://aws.amazon.com/lambda/pricing/';
const STEP_FUNCTIONS_PRICING = 'https://aws.amazon.com/step-functions/pricing/';
const KMS_PRICING = 'https://aws.amazon.com/kms/pricing/';

const s3Requests = (usd: number): ListPrice => ({ usd, per: 1000, unit: 'requests', source: S3_PRICING });
const unconfirmed = (price: ListPrice): ListPrice => ({ ...price, isUnconfirmed: true });

/** PUT, COPY, POST and LIST, by storage class of the destination. */
export const S3_WRITE_REQUESTS: Readonly<Record<string, ListPrice>> = {
  STANDARD: s3Requests(0.005),
  INTELLIGENT_TIERING: unconfirmed(s3Requests(0.005)),
  STANDARD_IA: s3Requests(0.01),
  ONEZONE_IA: unconfirmed(s3Requests(0.01)),
  GLACIER_IR: s3Requests(0.02),
  GLACIER: s3Requests(0.03),
  DEEP_ARCHIVE: unconfirmed(s3Requests(0.05)),
};

/**
 * Parts of an upload to these classes are kept in STANDARD until it is completed and are billed so; only
 * CompleteMultipartUpload is billed by the class (S3 pricing page, note on multipart uploads).
 */
export const STAGED_IN_STANDARD: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];

/** GET, HEAD and SELECT of STANDARD. */
export const S3_READ_REQUESTS: ListPrice = s3Requests(0.0004);

/** Of Standard workflows. A retry is one more transition (Step Functions pricing page). */
export const STATE_TRANSITIONS: ListPrice = {
  usd: 0.025,
  per: 1000,
  unit: 'transitions',
  source: STEP_FUNCTIONS_PRICING,
};

/** Of Express workflows: each start. */
export const EXPRESS_REQUESTS: ListPrice = { usd: 1, per: 1_000_000, unit: 'requests', source: STEP_FUNCTIONS_PRICING };

/** Of Express workflows: memory times duration, the first and highest of three tiers. */
export const EXPRESS_DURATION: ListPrice = {
  usd: 0.000_016_67,
  per: 1,
  unit: 'GB-seconds',
  source: STEP_FUNCTIONS_PRICING,
};

/** Memory of the function times its duration, by architecture. A GB has 1,024 MB. */
export const LAMBDA_DURATION: Readonly<Record<'arm64' | 'x86_64', ListPrice>> = {
  arm64: { usd: 0.000_013_333_4, per: 1, unit: 'GB-seconds', source: LAMBDA_PRICING },
  x86_64: { usd: 0.000_016_666_7, per: 1, unit: 'GB-seconds', source: LAMBDA_PRICING },
};

export const LAMBDA_REQUESTS: ListPrice = { usd: 0.2, per: 1_000_000, unit: 'requests', source: LAMBDA_PRICING };

/** Decrypt and GenerateDataKey with a symmetric key. */
export const KMS_REQUESTS: ListPrice = unconfirmed({ usd: 0.03, per: 10_000, unit: 'requests', source: KMS_PRICING });

const perGB = (usd: number): ListPrice => ({ usd, per: 1, unit: 'GB', source: S3_PRICING });
const transfer = (usd: number): ListPrice => unconfirmed(perGB(usd));

/**
 * Bytes that leave a Region for another one, by the Region that they leave, which alone determines the price ("AWS Global
 * Network FAQs"). The first prefix of the Region's name that is in the list counts. Some pairs of Regions are cheaper:
 * us-east-1 and us-east-2 pay half.
 */
const TRANSFER_BY_REGION: readonly (readonly [prefix: string, price: ListPrice])[] = [
  ['us-gov-', transfer(0.03)],
  ['us-', perGB(0.02)],
  ['ca-', transfer(0.02)],
  ['eu-', transfer(0.02)],
  ['ap-south-1', transfer(0.086)],
  ['ap-southeast-2', transfer(0.098)],
  ['ap-northeast-2', transfer(0.08)],
  ['ap-', transfer(0.09)],
  ['sa-', transfer(0.138)],
  ['af-', transfer(0.147)],
  ['me-', transfer(0.1105)],
];

/** @returns undefined if no price of the Region is in the table */
export function transferPrice(fromRegion: string): ListPrice | undefined {
  return TRANSFER_BY_REGION.find(([prefix]) => fromRegion.startsWith(prefix))?.[1];
}

/** Reading a byte of the source, by its storage class. Classes that are not listed have no such fee. */
export const DATA_RETRIEVAL: Readonly<Record<string, ListPrice>> = {
  STANDARD_IA: unconfirmed(perGB(0.01)),
  ONEZONE_IA: unconfirmed(perGB(0.01)),
  GLACIER_IR: unconfirmed(perGB(0.03)),
};

/** Restoring a byte of an archived source, by storage class and tier. */
export const RESTORE_RETRIEVAL: Readonly<Record<string, Readonly<Record<string, ListPrice>>>> = {
  GLACIER: {
    Expedited: unconfirmed(perGB(0.03)),
    Standard: perGB(0.01),
    Bulk: unconfirmed(perGB(0)),
  },
  DEEP_ARCHIVE: { Standard: unconfirmed(perGB(0.02)), Bulk: unconfirmed(perGB(0.0025)) },
};

const storage = (usd: number): ListPrice => unconfirmed({ usd, per: 1, unit: 'GB-months', source: S3_PRICING });

/** A month of storage, first tier, by storage class. Parts of an upload to an archive class are billed as STANDARD. */
export const STORAGE: Readonly<Record<string, ListPrice>> = {
  STANDARD: storage(0.023),
  INTELLIGENT_TIERING: storage(0.023),
  STANDARD_IA: storage(0.0125),
  ONEZONE_IA: storage(0.01),
  GLACIER_IR: storage(0.004),
  GLACIER: storage(0.023),
  DEEP_ARCHIVE: storage(0.023),
};

/** @returns US dollars */
export function priceOf(quantity: number, price: ListPrice): number {
  return (quantity / price.per) * price.usd;
}
