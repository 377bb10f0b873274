import { InvalidOptionError, type S3Server } from '../../../../local/s3';
import { startServer } from '../clients';

const GOOD = { Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } };
const textOf = (policy: object) => JSON.stringify(policy);

describe('an invalid policy is refused', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer({ enforceIam: true });
    server.createBucket('taken', { accessPoints: ['door'] });
  });

  it.each<[name: string, text: string, message: string]>([
    ['no JSON', '{"Statement": [', 'is not valid JSON: '],
    ['without statements', '{"statement": []}', 'has no Statement: {"statement": []}'],
    ['a misspelt Effect', textOf({ Statement: [GOOD.Statement, { ...GOOD.Statement, Effect: 'Alow' }] }), '"Alow"'],
    ['no Effect', textOf({ Statement: { Action: '*' } }), 'has the Effect undefined; it must be Allow or Deny'],
  ])('%s', (_, policy, message) => {
    const givers: [whose: string, give: () => void][] = [
      ["access key 'user'", () => server.addPrincipal({ accessKeyId: 'user', policies: [textOf(GOOD), policy] })],
      ["bucket 'new'", () => server.createBucket('new', { policy })],
      ["access point 'gate'", () => server.createBucket('new', { accessPoints: [{ name: 'gate', policy }] })],
      ["access point 'door'", () => server.putAccessPointPolicy('taken', 'door', policy)],
    ];
    for (const [whose, give] of givers) {
      expect(give).toThrow(InvalidOptionError);
      expect(give).toThrow(`a policy of ${whose} `);
      expect(give).toThrow(message);
    }
    // Nothing is half made.
    expect(() => server.createBucket('new')).not.toThrow();
  });
});
