/** Rows as a table: objects by their keys, or arrays. Numbers stand at the right. */
export function table(
  rows: Iterable<object>,
  { columns }: { columns?: readonly string[] } = {},
): HTMLElement {
  const list = [...rows];
  const names = columns ?? [...new Set(list.flatMap((row) => Object.keys(row)))];
  const out = document.createElement("table");
  const line = (kind: "th" | "td", cells: readonly unknown[]) => {
    const row = out.insertRow();
    for (const value of cells) {
      const cell = row.appendChild(document.createElement(kind));
      cell.textContent = value === undefined || value === null ? "" : String(value);
      if (typeof value === "number") cell.style.textAlign = "right";
    }
  };
  line("th", names);
  for (const row of list)
    line(
      "td",
      names.map((name) => (row as Record<string, unknown>)[name]),
    );
  return out;
}
