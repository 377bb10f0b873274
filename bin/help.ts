import { type AddHelpTextContext, type Command, Help } from 'commander';

/** Columns of a narrower terminal are taken as these. */
const MIN_COLUMNS = 40;

/** Columns that the texts of options have at least. A longer option has its text in the lines below. */
const MIN_TEXT_COLUMNS = 28;

/** Columns before each option, and between it and its text. */
const INDENT = 2;

/**
 * Wraps the help of a command at the width of the terminal. Commander does so only while more than 40 columns are left for the texts of
 * options.
 */
export function wrapsHelp(command: Command): Command {
  const output = command.configureOutput();
  return command
    .configureOutput({
      getOutHelpWidth: () => columnsOf(output.getOutHelpWidth?.()),
      getErrHelpWidth: () => columnsOf(output.getErrHelpWidth?.()),
    })
    .configureHelp({ minWidthToWrap: 1, padWidth, formatItem, commandUsage });
}

/** 80 if the output is no terminal, or one that does not know its width. */
function columnsOf(columns: number | undefined): number {
  return columns ? Math.max(columns, MIN_COLUMNS) : 80;
}

function padWidth(this: Help, command: Command, helper: Help): number {
  const room = columnsOf(this.helpWidth) - 2 * INDENT - MIN_TEXT_COLUMNS;
  return Math.min(Help.prototype.padWidth.call(this, command, helper), room);
}

function formatItem(this: Help, term: string, termWidth: number, description: string, helper: Help): string {
  if (helper.displayWidth(term) <= termWidth || !description) {
    return Help.prototype.formatItem.call(this, term, termWidth, description, helper);
  }
  const below = Help.prototype.formatItem.call(this, '', termWidth, description, helper);
  return `${' '.repeat(INDENT)}${term}\n${below}`;
}

function commandUsage(this: Help, command: Command): string {
  const title = 'Usage: '.length;
  const usage = this.boxWrap(Help.prototype.commandUsage.call(this, command), columnsOf(this.helpWidth) - title);
  return usage.replaceAll('\n', `\n${' '.repeat(title)}`);
}

/**
 * Text for the end of the help. Paragraphs are wrapped, wherever their lines end here. Lines that start with spaces stay lines: examples, as
 * `  $ COMMAND  # what it does`.
 */
export function notes(text: string): (context: AddHelpTextContext) => string {
  return ({ error, command }) => {
    const output = command.configureOutput();
    const columns = columnsOf(error ? output.getErrHelpWidth?.() : output.getOutHelpWidth?.());
    return `\n${wrapNotes(text, columns, command.createHelp())}`;
  };
}

function wrapNotes(text: string, columns: number, helper: Help): string {
  const lines = text
    .trim()
    .replace(/(\S)\n(?=\S)/g, '$1 ')
    .split('\n');
  return lines
    .map((line) => (line.startsWith(' ') ? wrapExample(line, columns, helper) : helper.boxWrap(line, columns)))
    .join('\n');
}

function wrapExample(line: string, columns: number, helper: Help): string {
  if (line.length <= columns) return line;
  const indent = ' '.repeat(line.length - line.trimStart().length);
  const [text = '', comment] = line.trim().split(' # ');
  const room = columns - indent.length;
  const above = comment === undefined ? [] : helper.boxWrap(comment, room - 2).split('\n');
  return [...above.map((each) => `# ${each}`), ...wrapWords(text.trim(), room)]
    .map((each) => `${indent}${each}`)
    .join('\n');
}

/** The lines of a command end in a backslash, so that a shell runs what is copied. */
function wrapWords(text: string, columns: number): string[] {
  const [end, next] = text.startsWith('$ ') ? [' \\', ' '.repeat(4)] : ['', ' '.repeat(2)];
  const lines: string[] = [];
  for (const word of wordsOf(text)) {
    const line = lines.at(-1);
    if (line === undefined) lines.push(word);
    else if (line.length + 1 + word.length + end.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(next + word);
  }
  return lines.map((line, index) => (index === lines.length - 1 ? line : line + end));
}

/** Text in double quotes is one word. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let isQuoted = false;
  for (const part of text.split(' ')) {
    if (isQuoted) words[words.length - 1] += ` ${part}`;
    else words.push(part);
    if (part.split('"').length % 2 === 0) isQuoted = !isQuoted;
  }
  return words;
}
