/** Rounds down to a second, the resolution of HTTP dates and of S3's listings. */
export function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

export function isoDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
