import { createHmac, timingSafeEqual } from 'node:crypto';

/** A derived signing key. Signatures are hexadecimal. */
export interface HmacKey {
  sign(text: string): string;
  isSigned(text: string, signature: string): boolean;
}

/** Derives the signing key of Signature Version 4 for a secret, day, Region and service. */
export function hmacKey(secretAccessKey: string, scope: readonly string[]): HmacKey {
  let key = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of scope) key = createHmac('sha256', key).update(part).digest();
  const sign = (text: string): string => createHmac('sha256', key).update(text, 'latin1').digest('hex');
  return { sign, isSigned: (text, signature) => isSameText(sign(text), signature) };
}

/** Compares in constant time. */
export function isSameText(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}
