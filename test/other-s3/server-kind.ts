import type { Processes } from './processes';

/** A server that runs. */
export interface OtherServer {
  /** URL on loopback. By its address, SDKs put the bucket into the path. */
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What a server does not have, or does in another way than S3. */
export interface Limit {
  /** Error with which the case ends: of the execution, or of a request of the test; `COPIED` if nothing fails. Absent: it is not run. */
  readonly error?: string;
  readonly reason: string;
}

/** An S3 server that Debian has packages of. */
export interface ServerKind {
  readonly name: string;
  /** The first one has the version. */
  readonly packages: readonly string[];
  /** The user that the packages make. */
  readonly user: string;
  readonly start: (processes: Processes) => Promise<OtherServer>;
  /** By name of the case. */
  readonly limits: Readonly<Record<string, Limit>>;
}
