/** An ETag without its quotes. */
export function unquote(etag: string): string {
  return /^"(.*)"$/.exec(etag)?.[1] ?? etag;
}

/** An ETag in the form in which HeadObject returns it. In the answer of CopyObject, Ceph leaves the quotes out. */
export function quote(etag: string): string {
  return etag === '' ? '' : `"${unquote(etag)}"`;
}

/** The ETag of a multipart object ends in the number of its parts; undefined for other objects. */
export function partsOfEtag(etag: string): number | undefined {
  const [, parts] = /-(\d+)"?$/.exec(etag) ?? [];
  return parts === undefined ? undefined : Number(parts);
}
