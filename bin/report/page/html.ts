import { visible } from '../format';

/** Markup that is safe to include in the page. It is created by `html`, which escapes text. */
export class Html {
  constructor(readonly markup: string) {}
}

type Content = Html | string | number | undefined | false | readonly Content[];

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** A template whose values are escaped, unless they are markup. Lists are joined; undefined and false are empty. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(strings.reduce((markup, text, index) => markup + render(values[index - 1]) + text));
}

function render(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'string' || typeof content === 'number') return escape(String(content));
  return content.map(render).join('');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES.get(character)!);
}

/** Text from outside, such as a key. Its direction does not affect the surrounding text, and invisible characters are shown. */
export function untrusted(text: string): Html {
  return html`<bdi>${visible(text)}</bdi>`;
}

/** JSON for a `<script type="application/json">`. `<` is escaped, so that it cannot end the script or start a comment. */
export function json(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
