import type { GetObjectAclCommandOutput, Grantee } from '@aws-sdk/client-s3';
import type { AclGrants } from '../../../lib/private/protocol';

/**
 * The grants of an object as `x-amz-grant-…` headers.
 *
 * @returns undefined if only the owner has a grant, as in a copy without an ACL
 */
export function toGrants({ Grants = [], Owner }: GetObjectAclCommandOutput): AclGrants | undefined {
  const isOwners = (grantee: Grantee | undefined) => grantee?.ID !== undefined && grantee.ID === Owner?.ID;
  if (Grants.every(({ Grantee: grantee, Permission }) => isOwners(grantee) && Permission === 'FULL_CONTROL')) {
    return undefined;
  }
  const granted = (permission: string) => {
    const grantees = Grants.filter(({ Permission }) => Permission === permission).map(
      ({ Grantee: grantee }) => grantee,
    );
    return grantees.length === 0 ? undefined : grantees.map(toHeader).join(', ');
  };
  return {
    fullControl: granted('FULL_CONTROL'),
    read: granted('READ'),
    readAcp: granted('READ_ACP'),
    writeAcp: granted('WRITE_ACP'),
  };
}

function toHeader(grantee: Grantee | undefined): string {
  return grantee?.URI === undefined ? `id="${grantee?.ID ?? ''}"` : `uri="${grantee.URI}"`;
}
