/** A line of a log, or a row of a result. */
export type Row = Readonly<Record<string, unknown>>;

type Condition = (row: Row) => boolean;

/** Evaluates a query of CloudWatch Logs Insights, as far as the queries of this library use the language. */
export function evaluate(query: string, lines: readonly Row[]): Row[] {
  return query.split(/\n?\| */).reduce<readonly Row[]>((rows, command) => apply(command.trim(), rows), lines) as Row[];
}

function apply(command: string, rows: readonly Row[]): readonly Row[] {
  const [, name = '', text = ''] = /^(\w+)\s+([\s\S]*)$/.exec(command) ?? [];
  switch (name) {
    case 'fields':
      return rows;
    case 'filter': {
      const condition = parseCondition(text);
      return rows.filter(condition);
    }
    case 'stats':
      return stats(text, rows);
    case 'sort': {
      const [, field = '', direction] = /^(\S+) (asc|desc)$/.exec(text) ?? [];
      const sign = direction === 'desc' ? -1 : 1;
      return [...rows].sort((a, b) => sign * (Number(a[field]) - Number(b[field])));
    }
    case 'limit':
      return rows.slice(0, Number(text));
    default:
      throw new Error(`the command of ${JSON.stringify(command)} is not known here`);
  }
}

function stats(text: string, rows: readonly Row[]): Row[] {
  const [aggregates = '', by = ''] = text.split(' by ');
  const names = by.split(',').map((name) => name.trim());
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const id = JSON.stringify(names.map((name) => row[name] ?? null));
    groups.set(id, [...(groups.get(id) ?? []), row]);
  }
  return [...groups.values()].map((group) => ({
    ...Object.fromEntries(names.map((name) => [name, group[0]![name]])),
    ...Object.fromEntries(aggregates.split(', ').map((each) => aggregate(each, group))),
  }));
}

function aggregate(text: string, rows: readonly Row[]): [string, number] {
  const [, name, field = '', alias = ''] = /^(\w+)\((\S+)\) as (\w+)$/.exec(text) ?? [];
  const values = rows.map((row) => row[field]).filter((value) => value !== undefined);
  switch (name) {
    case 'count':
      return [alias, rows.length];
    case 'count_distinct':
      return [alias, new Set(values).size];
    case 'sum':
      return [alias, values.reduce<number>((sum, value) => sum + Number(value), 0)];
    case 'max':
      return [alias, Math.max(...values.map(Number))];
    default:
      throw new Error(`the function of ${JSON.stringify(text)} is not known here`);
  }
}

/** `or` binds less than `and`, and that less than `not`. */
function parseCondition(text: string): Condition {
  const tokens = text.match(/"[^"]*"|[()]|[<>=!]+|[\w@.]+/g) ?? [];
  const take = (): string => tokens.shift() ?? '';
  const either = (): Condition => chain('or', all, (left, right) => (row) => left(row) || right(row));
  const all = (): Condition => chain('and', one, (left, right) => (row) => left(row) && right(row));
  const chain = (
    word: string,
    operand: () => Condition,
    join: (left: Condition, right: Condition) => Condition,
  ): Condition => {
    let condition = operand();
    while (tokens[0] === word) {
      take();
      condition = join(condition, operand());
    }
    return condition;
  };
  const one = (): Condition => {
    const token = take();
    if (token === 'not') {
      const negated = one();
      return (row) => !negated(row);
    }
    if (token === 'ispresent') {
      const [, field = ''] = [take(), take(), take()];
      return (row) => row[field] !== undefined;
    }
    const [operator, value] = [take(), JSON.parse(take()) as string | number];
    if (operator === '=') return (row) => row[token] === value;
    if (operator === '>') return (row) => Number(row[token]) > Number(value);
    throw new Error(`the operator ${operator} is not known here`);
  };
  const condition = either();
  if (tokens.length > 0) throw new Error(`${JSON.stringify(text)} was not read to its end: ${tokens.join(' ')}`);
  return condition;
}

/** The fields of lines that a query names. */
export function fieldsIn(query: string): string[] {
  const made = new Set([...query.matchAll(/ as (\w+)/g)].map(([, name]) => name));
  const words = query
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(
      /\b(fields|filter|stats|sort|limit|count|count_distinct|sum|max|ispresent|by|as|and|or|not|asc|desc)\b/g,
      '',
    )
    .match(/@?[a-z]\w*/gi);
  return [...new Set(words)].filter((name) => !made.has(name));
}
