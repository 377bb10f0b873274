import { createHash } from 'node:crypto';
import type { LocalRun } from '../execution-data';
import { formatTime } from '../format';
import type { CopyReport } from '../model/report';
import { costSection, errorsSection } from './cost';
import { untrusted, Html, html, json } from './html';
import { toPageData } from './page-data';
import { pathSection } from './path';
import { proofSection } from './proof';
import { statesSection } from './states';
import { summarySection, titleOf } from './summary';
import { partsSection, timelineSection } from './timeline';

/** The script and the style of the page, built from `client/` and `page.css`. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * Renders one self-contained HTML page about one execution. The Content Security Policy allows only its own script and style, by their
 * hashes.
 *
 * @param version of the command
 */
export function renderPage(report: CopyReport, { script, style }: PageAssets, version: string): string {
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${titleOf(report)}: copy report</title>
        ${element('<style>', style)}
      </head>
      <body>
        <main>
          ${summarySection(report)} ${notesSection(report)} ${timelineSection(report)} ${pathSection(report)}
          ${statesSection(report)} ${partsSection(report)} ${errorsSection(report)} ${proofSection(report)}
          ${costSection(report)} ${aboutSection(report, version)}
        </main>
        ${element('<script type="application/json" id="report-data">', json(toPageData(report)))}
        ${element('<script>', script)}
      </body>
    </html> `.markup;
}

/** An element whose text is not escaped, because it must match the hash. @param text trusted text, not from outside */
function element(tag: string, text: string): Html {
  return new Html(`${tag}${text}</${/^<(\w+)/.exec(tag)?.[1] ?? ''}>`);
}

/** A source expression of the policy, with the hash of the text between the tags. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function notesSection({ notes, local }: CopyReport): Html | undefined {
  const said = [...(local ? [localNote(local)] : []), ...notes];
  if (said.length === 0) return undefined;
  return html`<aside class="notice" aria-label="What to know about this report">
    ${said.map((note) => html`<p>${untrusted(note)}</p>`)}
  </aside>`;
}

function aboutSection({ execution, readAt }: CopyReport, version: string): Html {
  return html`<section aria-labelledby="about">
    <h2 id="about">About this page</h2>
    <dl class="rows">
      <div>
        <dt>Execution</dt>
        <dd><code>${untrusted(execution.arn)}</code></dd>
      </div>
      <div>
        <dt>Read</dt>
        <dd>${formatTime(readAt)} from the Step Functions API</dd>
      </div>
      <div>
        <dt>Made by</dt>
        <dd>mpcopy ${version} of cdk-s3-multipart-copy; charts by uPlot (MIT License, © Leon Sorokin)</dd>
      </div>
    </dl>
    <noscript><p>The charts need JavaScript; the texts and tables do not.</p></noscript>
  </section>`;
}

function localNote({ timeScale, latency }: LocalRun): string {
  const clock = timeScale === 1 ? '' : `, with a clock ${timeScale} times as fast as real time`;
  const run = `This is a local run: the state machine and the workers ran on one machine${clock}.`;
  return latency === 'aws'
    ? `${run} Requests to S3 had the duration of published measurements of UploadPartCopy; other times are those of this machine.`
    : `${run} Its times do not show the speed of AWS.`;
}
