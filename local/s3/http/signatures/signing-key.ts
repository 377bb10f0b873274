import { createECDH, createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';

/** Checks signatures, in hexadecimal, of texts. */
export interface SigningKey {
  isSigned(text: string, signature: string): boolean;
}

/** A key that signs as the client does. */
export interface HmacKey extends SigningKey {
  sign(text: string): string;
}

/** The key of Signature Version 4: one for each secret, day, Region and service. */
export function hmacKey(secretAccessKey: string, scope: readonly string[]): HmacKey {
  let key = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of scope) key = createHmac('sha256', key).update(part).digest();
  const sign = (text: string): string => createHmac('sha256', key).update(text, 'latin1').digest('hex');
  return { sign, isSigned: (text, signature) => isSameText(sign(text), signature) };
}

/** The key of Signature Version 4A: one for each secret, for all Regions. */
export function ecdsaKey(secretAccessKey: string, accessKeyId: string): SigningKey {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey(secretAccessKey, accessKeyId));
  const point = ecdh.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  return {
    isSigned: (text, signature) => verify('sha256', Buffer.from(text, 'latin1'), key, Buffer.from(signature, 'hex')),
  };
}

/** Two less than the order of the curve P-256. */
const LARGEST = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f');

/** A number below the order of the curve, from the secret by the key derivation of NIST SP 800-108 in counter mode. */
function privateKey(secretAccessKey: string, accessKeyId: string): Buffer {
  for (let counter = 1; counter <= 254; counter++) {
    const hmac = createHmac('sha256', `AWS4A${secretAccessKey}`);
    hmac
      .update(Buffer.from([0, 0, 0, 1]))
      .update('AWS4-ECDSA-P256-SHA256')
      .update(Buffer.from([0]));
    hmac.update(accessKeyId).update(Buffer.from([counter, 0, 0, 1, 0]));
    const candidate = BigInt(`0x${hmac.digest('hex')}`);
    if (candidate <= LARGEST) return Buffer.from((candidate + 1n).toString(16).padStart(64, '0'), 'hex');
  }
  throw new Error('There is no key for this secret.');
}

/** Compares in a time that tells nothing of where the two differ. */
export function isSameText(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}
