/** Makes the rows of a table sortable by the buttons in the column headers. */
export function makeSortable(table: HTMLTableElement): void {
  const heads = [...table.querySelectorAll<HTMLTableCellElement>('thead th')];
  heads.forEach((head, column) => {
    head.querySelector('button')?.addEventListener('click', () => {
      const direction = head.ariaSort === 'descending' ? 'ascending' : 'descending';
      for (const other of heads) if (other.ariaSort !== null) other.ariaSort = 'none';
      head.ariaSort = direction;
      const sign = direction === 'ascending' ? 1 : -1;
      const body = table.tBodies[0]!;
      const valueOf = (row: HTMLTableRowElement): number => Number(row.cells[column]?.dataset.value ?? 0);
      body.append(...[...body.rows].sort((a, b) => sign * (valueOf(a) - valueOf(b))));
    });
  });
}
