import type { ConditionContext } from './context';

/** Symbols of a pattern that are no characters: they are longer than one. */
const ANY = 'any text';
const ONE = 'one character';

/** What policies write for characters that otherwise have a meaning. */
const ESCAPES: Readonly<Record<string, string>> = { '*': '*', '?': '?', $: '$' };

const NONE: ConditionContext = new Map();

/**
 * `*` is any text, `?` one character; `${*}`, `${?}` and `${$}` are these characters themselves, `${key}` is what the request has for
 * that condition key. Linear in the text: a pattern of a client's must not be able to stall the server.
 */
export function matchesPattern(text: string, pattern: string, context = NONE): boolean {
  const symbols = symbolsOf(pattern, context);
  let position = 0;
  let index = 0;
  let star = -1;
  let resume = 0;
  while (position < text.length) {
    if (index < symbols.length && (symbols[index] === ONE || symbols[index] === text[position])) {
      position++;
      index++;
    } else if (symbols[index] === ANY) {
      star = index++;
      resume = position;
    } else if (star >= 0) {
      index = star + 1;
      position = ++resume;
    } else {
      return false;
    }
  }
  while (symbols[index] === ANY) index++;
  return index === symbols.length;
}

/** A text of a policy in which `*` and `?` have no meaning. */
export function resolved(text: string, context: ConditionContext): string {
  return text.replace(/\$\{([^}]*)\}/g, (whole, name: string) => valueOf(name, context) ?? whole);
}

function symbolsOf(pattern: string, context: ConditionContext): string[] {
  return [...pattern.matchAll(/\$\{([^}]*)\}|[^]/g)].flatMap(([whole, name]) => {
    if (name !== undefined) return [...(valueOf(name, context) ?? whole)].flatMap((character) => character.split(''));
    return whole === '*' ? [ANY] : whole === '?' ? [ONE] : [whole];
  });
}

/** `key`, or `key, 'default'` for requests that have no such key. */
function valueOf(text: string, context: ConditionContext): string | undefined {
  if (Object.hasOwn(ESCAPES, text)) return ESCAPES[text];
  const [, name = text, fallback] = /^([^,]*?)\s*,\s*'([^']*)'$/.exec(text) ?? [];
  return context.get(name.toLowerCase())?.[0] ?? fallback;
}
