import * as fc from 'fast-check';
import { childOf, parseDocument, parseXml, renderXml, textOf, XmlRaw } from '../../../../local/s3/wire/xml';

describe('XML', () => {
  it('renders and parses any text', () => {
    // What XML itself forbids cannot be sent in a request at all.
    const text = fc
      .string({ unit: 'binary' })
      .filter((value) => !/[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value));
    fc.assert(
      fc.property(text, (value) => {
        expect(textOf(parseXml(renderXml('A', { Key: value })), 'Key')).toBe(value);
      }),
    );
  });

  it('renders carriage returns as character references', () => {
    expect(renderXml('A', { Key: 'a\r<b>&"' })).toContain('<Key>a&#13;&lt;b&gt;&amp;&quot;</Key>');
  });

  it('renders lists, attributes and empty elements, and omits undefined values', () => {
    const value = { Item: ['a', 'b'], Nothing: undefined, Empty: null, Typed: new XmlRaw({ type: 'x' }, { Id: 1 }) };
    expect(renderXml('R', value, null)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<R><Item>a</Item><Item>b</Item><Empty/><Typed type="x"><Id>1</Id></Typed></R>',
    );
  });

  it('parses names without prefix, and attributes', () => {
    const root = parseXml('<a:A xmlns:a="u"><a:B xsi:type="T">x</a:B></a:A>');
    expect(root.name).toBe('A');
    expect(childOf(root, 'B')?.text).toBe('x');
    expect(childOf(root, 'B')?.attributes.get('type')).toBe('T');
  });

  it.each([
    '',
    'text',
    '<A>',
    '<A></B>',
    '<A/><B/>',
    '<!DOCTYPE A [<!ENTITY x "y">]><A>&x;</A>',
    '<A>'.repeat(100) + '</A>'.repeat(100),
    '<A><B></A></B>',
  ])('refuses %j', (text) => {
    expect(() => parseXml(text)).toThrow('MalformedXML');
  });

  it('accepts names of object members as element names', () => {
    expect(() => parseXml('<A><__proto__><polluted>yes</polluted></__proto__></A>')).toThrow('MalformedXML');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(textOf(parseXml('<A><toLocaleString>c</toLocaleString></A>'), 'toString')).toBeUndefined();
  });

  it('refuses an unexpected root element', () => {
    expect(() => parseDocument('<B/>', 'A')).toThrow('MalformedXML');
  });

  it('refuses repeated elements', () => {
    expect(() => textOf(parseXml('<A><B>1</B><B>2</B></A>'), 'B')).toThrow('MalformedXML');
  });
});
