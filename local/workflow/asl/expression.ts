import { type Json } from '../json';

/** A parsed call of an intrinsic function: the value of a field that ends in `.$`, if it is not a path. */
export interface Call {
  readonly kind: 'call';
  /** Without `States.`: `Format`, `MathAdd` … */
  readonly name: string;
  readonly args: readonly Expression[];
}

export type Expression =
  Call | { readonly kind: 'path'; readonly path: string } | { readonly kind: 'literal'; readonly value: Json };

/** The text is neither a path nor a call of an intrinsic function. */
export class ExpressionSyntaxError extends Error {
  override readonly name = 'ExpressionSyntaxError';
}

const parsed = new Map<string, Expression>();

/**
 * Parses the value of a field such as `"name.$": "States.Format('{}-{}', $.a, $$.Execution.Name)"`.
 * Grammar: "Intrinsic functions", Amazon States Language specification, appendix B.
 *
 * @throws ExpressionSyntaxError
 */
export function parseExpression(text: string): Expression {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const expression = text.startsWith('$') ? ({ kind: 'path', path: text } as const) : new Parser(text).parse();
  parsed.set(text, expression);
  return expression;
}

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  parse(): Expression {
    const expression = this.call();
    if (this.at < this.text.length) throw this.unexpected('the end');
    return expression;
  }

  private call(): Call {
    const [, name] = this.token(/States\.([A-Za-z0-9]+)\(/y, 'the name of an intrinsic function');
    const args: Expression[] = [];
    if (!this.skip(')')) {
      // The first argument of States.Format has its own escapes, which States.Format resolves.
      do args.push(this.argument(name === 'Format' && args.length === 0));
      while (this.skip(','));
      if (!this.skip(')')) throw this.unexpected("',' or ')'");
    }
    return { kind: 'call', name: name ?? '', args };
  }

  private argument(isTemplate: boolean): Expression {
    this.skip('');
    const next = this.text[this.at];
    if (next === "'") return { kind: 'literal', value: this.quoted(isTemplate) };
    if (next === '$') return { kind: 'path', path: this.path() };
    if (next === 'S') return this.call();
    const [word] = this.token(/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y, 'an argument');
    return { kind: 'literal', value: JSON.parse(word) as Json };
  }

  /** Quotes, braces and backslashes are escaped by a backslash. */
  private quoted(isTemplate: boolean): string {
    const [, inner = ''] = this.token(/'((?:[^'\\]|\\.)*)'/sy, 'the end of the text in quotes');
    return inner.replace(isTemplate ? /\\(')/g : /\\(['{}\\])/g, '$1');
  }

  /** Up to the next comma or parenthesis that is not within brackets, parentheses or quotes of the path itself. */
  private path(): string {
    const start = this.at;
    let depth = 0;
    for (; this.at < this.text.length; this.at++) {
      const character = this.text[this.at] ?? '';
      if (character === "'" || character === '"') this.at = this.closing(character);
      else if ('[('.includes(character)) depth++;
      else if (depth > 0 && '])'.includes(character)) depth--;
      else if (depth === 0 && ',)'.includes(character)) break;
    }
    return this.text.slice(start, this.at).trimEnd();
  }

  private closing(quote: string): number {
    for (let at = this.at + 1; at < this.text.length; at++) {
      if (this.text[at] === '\\') at++;
      else if (this.text[at] === quote) return at;
    }
    throw this.unexpected(`a closing ${quote}`);
  }

  private token(pattern: RegExp, expected: string): RegExpExecArray {
    this.skip('');
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) throw this.unexpected(expected);
    this.at = pattern.lastIndex;
    return match;
  }

  /**
   * Skips white space, and `text` if it comes next.
   *
   * @returns whether `text` was skipped
   */
  private skip(text: string): boolean {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
    return true;
  }

  private unexpected(expected: string): ExpressionSyntaxError {
    return new ExpressionSyntaxError(`${expected} is expected at position ${this.at + 1} of "${this.text}"`);
  }
}
