import { checkAllowed, resolveCarriedProperties } from './carried-properties';
import { readEnvironment } from './environment';
import { readInput } from './read-input';
import { resolveLocations } from './resolve-locations';
import { restrict } from './restrictions';

/**
 * Reads the execution input, and checks that the workflow allows what it requests.
 *
 * @throws InvalidInput, NotAllowed
 */
export function resolveRequest(input: unknown) {
  const { settings, locations, region } = readEnvironment();
  const request = restrict(readInput(input, settings), settings);
  const { options } = request;
  const ends = resolveLocations(request, locations, { region, account: settings.account });
  const acl = options.acl ?? (options.aclDirective === 'COPY' ? undefined : ends.acl);
  checkAllowed(options, settings);
  const carried = resolveCarriedProperties(options, acl, settings);
  return { settings, region, options, ends, acl, carried };
}
