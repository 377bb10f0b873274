import { sleep } from '../base/clock';
import { ContentDigests } from '../content/digests';
import { Accounts } from '../iam/accounts';
import type { Authorizer } from '../iam/authorizer';
import { Kms } from '../kms/kms';
import type { OperationContext } from '../operations/context';
import type { ResolvedOptions } from './options';
import type { Storage } from './storage';

/** The context in which the operations of a server run. */
export function operationContext(
  options: ResolvedOptions,
  { store, blobs }: Storage,
  authorizer: Authorizer | undefined,
  endpoint: string,
): OperationContext {
  const { clock, region, accountId, enforceIam } = options;
  return {
    store,
    blobs,
    digests: new ContentDigests(blobs),
    kms: new Kms(store, { region, clock, authorizer, createsUnknown: options.unknownKmsKeys === 'create' }),
    accounts: new Accounts({
      region,
      accountId,
      enforced: enforceIam,
      refusesUnknown: options.refuseUnknownAccessKeys,
    }),
    authorizer,
    region,
    accountId,
    endpoint,
    restoreMilliseconds: options.restoreMilliseconds,
    repeatCompleteMilliseconds: options.repeatCompleteMilliseconds,
    latePartsReopenUploads: options.latePartsReopenUploads,
    clock,
    transfer: transferOf(options),
  };
}

/** Waits for the latency of a transfer, plus the delay of a fault. */
function transferOf({ clock, latency }: ResolvedOptions): OperationContext['transfer'] {
  return (request, bytes) => sleep(clock, (latency?.delay(request.operation, bytes) ?? 0) + request.delayMilliseconds);
}
