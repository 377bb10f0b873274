/** HTTP dates and S3's listings know whole seconds only. */
export function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

export function isoDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
