import { addToMessage, CopyError } from '../../../lambda/shared/errors';
import { ErrorName } from '../../../lib/private/protocol';

// A cause has at most 32,768 characters. Lambda puts the message into it twice, as JSON.

const error = (message: string) => new CopyError(ErrorName.ACCESS_DENIED, message);
const twiceInJson = (message: string): number => JSON.stringify({ message, trace: [message] }).length;

test.each([
  ['ASCII', 'x'],
  ['control characters', '\u0001'],
  ['quotes', '"'],
  ['surrogate pairs', '😀'],
  ['halves of surrogate pairs', '\ud83d'],
])('a message of %s is cut where two of it fit into a cause', (_, character) => {
  const { message } = error(character.repeat(100_000));
  expect(twiceInJson(message)).toBeLessThan(24_500);
  expect(message.length).toBeLessThanOrEqual(6000);
  expect(message.length).toBeGreaterThan(1900);
  expect(message.endsWith(`${character}…`)).toBe(true);
  expect(error(message.slice(0, -1)).message).toBe(message.slice(0, -1));
});

test('what is added to a long message stays', () => {
  const key = '\u0001'.repeat(1024);
  const { message } = addToMessage(error(key.repeat(10)), `${key} was made`);
  expect(message.startsWith(key.slice(0, 900))).toBe(true);
  expect(message).toContain(`…; ${key} was made`);
  expect(twiceInJson(message)).toBeLessThan(24_500);
});
