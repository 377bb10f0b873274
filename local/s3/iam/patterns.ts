import type { ConditionContext } from './context';

/** Wildcards of a parsed pattern. They differ from all single characters. */
const ANY = 'any text';
const ONE = 'one character';

/** Policy variables for literal special characters. */
const ESCAPES: Readonly<Record<string, string>> = { '*': '*', '?': '?', $: '$' };

const NONE: ConditionContext = new Map();

/**
 * Matches a pattern of a policy: `*` is any text, `?` any character, `${*}`, `${?}` and `${$}` are literal characters, and `${key}` is the
 * value of a condition key. Not a regular expression, whose backtracking could stall the server.
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

/** Replaces the policy variables of a text without wildcards. */
export function resolveVariables(text: string, context: ConditionContext): string {
  return text.replace(/\$\{([^}]*)\}/g, (whole, name: string) => variableValue(name, context) ?? whole);
}

/** Parsed patterns without variables. Every request is compared with the same few patterns of its policies. */
const PARSED = new Map<string, string[]>();
const MAX_PARSED = 1000;

function symbolsOf(pattern: string, context: ConditionContext): string[] {
  if (pattern.includes('${')) return parse(pattern, context);
  let symbols = PARSED.get(pattern);
  if (symbols === undefined) {
    symbols = parse(pattern, context);
    if (PARSED.size >= MAX_PARSED) PARSED.clear();
    PARSED.set(pattern, symbols);
  }
  return symbols;
}

function parse(pattern: string, context: ConditionContext): string[] {
  return [...pattern.matchAll(/\$\{([^}]*)\}|[^]/g)].flatMap(([whole, name]) => {
    if (name !== undefined)
      return [...(variableValue(name, context) ?? whole)].flatMap((character) => character.split(''));
    return whole === '*' ? [ANY] : whole === '?' ? [ONE] : [whole];
  });
}

/** The value of a policy variable: `key`, or `key, 'default'`. */
function variableValue(text: string, context: ConditionContext): string | undefined {
  if (Object.hasOwn(ESCAPES, text)) return ESCAPES[text];
  const [, name = text, fallback] = /^([^,]*),\s*'([^']*)'$/.exec(text) ?? [];
  return context.get(name.trimEnd().toLowerCase())?.[0] ?? fallback;
}
