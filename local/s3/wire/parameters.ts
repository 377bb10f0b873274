import { s3Error } from '../errors/s3-error';
import type { S3Request } from './request';

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/**
 * Reads an integer from a query parameter.
 * @throws InvalidArgument with different messages for text that is not a 32-bit integer and for negative numbers
 */
export function integerParameter(
  request: S3Request,
  name: string,
  options: { default: number; maximum: number },
): number {
  const text = request.parameter(name);
  if (text === undefined || text === '') return options.default;
  const value = Number(text);
  const refuse = (argument: string, detail: string): Error =>
    s3Error('InvalidArgument', { ArgumentName: argument, ArgumentValue: text }, { detail });
  if (!/^[+-]?\d{1,10}$/.test(text) || value < INT32.min || value > INT32.max) {
    throw refuse(name, `Provided ${name} not an integer or within integer range`);
  }
  if (value < 0) {
    const argument = name === 'max-keys' ? 'maxKeys' : name;
    throw refuse(argument, `Argument ${argument} must be an integer between 0 and ${INT32.max}`);
  }
  return Math.min(value, options.maximum);
}

const PART_NUMBERS = { first: 1, last: 10_000 };

export function partNumberParameter(request: S3Request): number | undefined {
  const text = request.parameter('partNumber');
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number < PART_NUMBERS.first || number > PART_NUMBERS.last) {
    throw s3Error('PartNumberRange', { ArgumentName: 'partNumber', ArgumentValue: text });
  }
  return number;
}

/** Reads the part number of UploadPart and UploadPartCopy. */
export function requiredPartNumber(request: S3Request): number {
  const number = partNumberParameter(request);
  if (number !== undefined) return number;
  throw s3Error('PartNumberRange', { ArgumentName: 'partNumber', ArgumentValue: request.parameter('partNumber') });
}
