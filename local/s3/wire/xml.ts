import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { s3Error } from '../errors/s3-error';

/** An element of a request body. Names have no namespace prefix. Never an object with client-defined property names. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Maximum nesting of elements. Documents of S3 need less. */
const MAX_DEPTH = 16;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: true,
  htmlEntities: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: MAX_DEPTH,
});

/**
 * Parses a request body.
 * @throws MalformedXML unless it is one well-formed element, nested at most `MAX_DEPTH` deep
 */
export function parseXml(text: string): XmlElement {
  // No client sends a DTD; custom entities are a known attack.
  if (/<!(DOCTYPE|ENTITY)/i.test(text) || XMLValidator.validate(text) !== true) throw s3Error('MalformedXml');
  let nodes: unknown;
  try {
    nodes = parser.parse(text);
  } catch {
    throw s3Error('MalformedXml');
  }
  const roots = elementsOf(nodes, 0);
  const [root] = roots;
  if (root === undefined || roots.length > 1) throw s3Error('MalformedXml');
  return root;
}

/** Parses a body and checks the name of its root element. */
export function parseDocument(text: string, root: string): XmlElement {
  const element = parseXml(text);
  if (element.name !== root) throw s3Error('MalformedXml');
  return element;
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/**
 * The child with this name, if any.
 * @throws MalformedXML if there is more than one
 */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  const [child, second] = childrenOf(element, name);
  if (second !== undefined) throw s3Error('MalformedXml');
  return child;
}

export function textOf(element: XmlElement, name: string): string | undefined {
  return childOf(element, name)?.text;
}

function elementsOf(nodes: unknown, depth: number): XmlElement[] {
  if (!Array.isArray(nodes) || depth > MAX_DEPTH) throw s3Error('MalformedXml');
  const elements: XmlElement[] = [];
  for (const node of nodes as unknown[]) {
    const element = elementOf(node, depth);
    if (element !== undefined) elements.push(element);
  }
  return elements;
}

function elementOf(node: unknown, depth: number): XmlElement | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const entry = Object.entries(node).find(([name]) => name !== ':@');
  if (entry === undefined || entry[0] === '#text') return undefined;
  const [name, content] = entry as [string, unknown];
  const attributes = new Map<string, string>();
  const raw: unknown = ':@' in node ? node[':@'] : undefined;
  if (typeof raw === 'object' && raw !== null) {
    for (const [key, value] of Object.entries(raw)) attributes.set(key, String(value));
  }
  return { name, attributes, children: elementsOf(content, depth + 1), text: textIn(content) };
}

function textIn(content: unknown): string {
  if (!Array.isArray(content)) return '';
  return (content as unknown[])
    .map((node) => (typeof node === 'object' && node !== null && '#text' in node ? String(node['#text']) : ''))
    .join('');
}

/** The content of a response: an array repeats its element, undefined omits it, null is an empty element. */
export type XmlValue = string | number | boolean | null | undefined | XmlRaw | XmlTree | readonly XmlValue[];
export interface XmlTree {
  readonly [name: string]: XmlValue;
}

/** An element with attributes. */
export class XmlRaw {
  constructor(
    readonly attributes: Readonly<Record<string, string>>,
    readonly value: XmlValue,
  ) {}
}

export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Renders a document, by default in the namespace of S3. Error documents have no namespace. */
export function renderXml(root: string, value: XmlValue, namespace: string | null = S3_NAMESPACE): string {
  const attributes: Record<string, string> = namespace === null ? {} : { xmlns: namespace };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderElement(root, new XmlRaw(attributes, value))}`;
}

function renderElement(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return (value as readonly XmlValue[]).map((item) => renderElement(name, item)).join('');
  const { attributes, content } =
    value instanceof XmlRaw
      ? { attributes: value.attributes, content: value.value }
      : { attributes: {}, content: value };
  const open = Object.entries(attributes).reduce((tag, [key, text]) => `${tag} ${key}="${escapeXml(text)}"`, name);
  const inner = renderContent(content);
  return inner === '' ? `<${open}/>` : `<${open}>${inner}</${name}>`;
}

function renderContent(value: XmlValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return escapeXml(String(value));
  if (value instanceof XmlRaw) return renderContent(value.value);
  return Object.entries(value)
    .map(([name, child]) => renderElement(name, child))
    .join('');
}

/** Parsers would normalize or refuse carriage returns and control characters, so they are escaped too, as S3 does. */
function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[&<>"\u0000-\u0008\u000b-\u001f]/g, (character) => {
    return ENTITIES.get(character) ?? `&#${character.charCodeAt(0)};`;
  });
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/** Renders an element of a request. */
export function renderTree(element: XmlElement): string {
  const inner = element.children.length > 0 ? element.children.map(renderTree).join('') : escapeXml(element.text);
  return `<${element.name}>${inner}</${element.name}>`;
}
