import type { CostLine } from '../../../lib/private/estimates/cost';
import { PRICE_DATE, PRICE_REGION } from '../../../lib/private/estimates/prices';
import { formatCount, formatUSD, visible, formatDuration } from '../format';
import type { CopyReport, ErrorGroup } from '../model/report';
import { untrusted, html, type Html } from './html';
import { short } from './states';
import { causeText } from './summary';

const SERVICES: Record<CostLine['service'], string> = {
  s3: 'Amazon S3',
  stepFunctions: 'Step Functions',
  lambda: 'Lambda',
  kms: 'KMS',
  transfer: 'Data transfer',
};

export function errorsSection({ errors }: CopyReport): Html | undefined {
  if (errors.length === 0) return undefined;
  return html`<section aria-labelledby="errors">
    <h2 id="errors">Errors</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Table of errors">
      <table>
        <caption>
          By name; failed tries may have been retried
        </caption>
        <thead>
          <tr>
            <th scope="col">Error</th>
            <th scope="col" class="number">Failed tries</th>
            <th scope="col" class="number">Not recovered</th>
            <th scope="col">First</th>
            <th scope="col">Cause</th>
          </tr>
        </thead>
        <tbody>
          ${errors.map(errorRow)}
        </tbody>
      </table>
    </div>
  </section>`;
}

function errorRow({ error, tries, final, isThrottling, where, firstMs, cause }: ErrorGroup): Html {
  return html`<tr>
    <th scope="row">${untrusted(error)}${isThrottling && html` <span class="tag">throttling</span>`}</th>
    <td class="number">${formatCount(tries)}</td>
    <td class="number">${formatCount(final)}</td>
    <td>${untrusted(where)}, +${formatDuration(firstMs)}</td>
    <td>${cause !== undefined && untrusted(short(causeText(cause)))}</td>
  </tr>`;
}

/** Requests and cost. */
export function costSection({ cost, local }: CopyReport): Html {
  const { lines, costUSD, assumptions, requests } = cost;
  const shown = lines.filter(({ quantity }) => quantity > 0);
  const isUnconfirmed = shown.some(({ price }) => price?.isUnconfirmed);
  return html`<section aria-labelledby="cost">
    <h2 id="cost">Requests and cost</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Table of requests and cost">
      <table>
        <caption>
          List prices of ${PRICE_REGION} on ${PRICE_DATE}, without free tier, discounts and taxes.
          ${requestsText(requests)}
        </caption>
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Item</th>
            <th scope="col" class="number">Quantity</th>
            <th scope="col" class="number">Price</th>
            <th scope="col" class="number">Cost</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(costRow)}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colspan="4">Total${local && ', had it run on AWS'}</th>
            <td class="number">${formatUSD(costUSD.total)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
    <ul class="notes">
      ${isUnconfirmed && html`<li>* This price was not confirmed when the price table was created.</li>`}${assumptions.map((text) => html`<li>${text}</li>`)}
    </ul>
  </section>`;
}

function requestsText(requests: CopyReport['cost']['requests']): string {
  if (requests === 'MEASURED') return 'S3 requests are those that the run counted.';
  if (requests === 'DERIVED') return 'S3 requests are derived from the history.';
  return 'S3 requests are not known.';
}

function costRow({ service, item, quantity, price, usd }: CostLine): Html {
  const shownQuantity = Number.isInteger(quantity)
    ? formatCount(quantity)
    : quantity.toLocaleString('en-US', { maximumFractionDigits: 1 });
  const per =
    price &&
    `$${price.usd} per ${price.per === 1 ? price.unit.replace(/s$/, '') : `${formatCount(price.per)} ${price.unit}`}${price.isUnconfirmed ? ' *' : ''}`;
  return html`<tr>
    <th scope="row">${SERVICES[service]}</th>
    <td>${visible(item)}</td>
    <td class="number">${shownQuantity}</td>
    <td class="number">${per ?? 'not known'}</td>
    <td class="number">${price ? formatUSD(usd) : 'not known'}</td>
  </tr>`;
}
