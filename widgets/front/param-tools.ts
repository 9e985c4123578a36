import type { EditedTable } from "../host/store-view.ts";
import { shorten } from "../views/text.ts";
import { button, field, group, labelled, type Send, setText, style, type ToolBar } from "./tools.ts";

/** Search, look into, reset, delete, save and load parameters. */
export function paramTools(send: Send, redraw: () => void): ToolBar {
  const element = group("Parameters");
  const search = field("search");
  search.placeholder = "search";
  search.setAttribute("aria-label", "Search parameters");
  search.addEventListener("input", redraw);
  const chosen = document.createElement("select");
  chosen.setAttribute("aria-label", "Parameter");
  const on = (tspyro: string) => () => send({ tspyro, name: chosen.value });
  const file = field("text");
  file.value = "params.json";
  file.size = 12;
  const told = document.createElement("output");
  told.setAttribute("role", "status");
  const needing = [
    button("Numbers", on("param-open")),
    button("Reset", on("param-reset")),
    button("Delete", on("param-delete")),
  ];
  const undo = button("Undo", () => send({ tspyro: "param-undo" }));
  const files = ["Save", "Load"].map((text) =>
    button(text, () => send({ tspyro: `param-${text.toLowerCase()}`, file: file.value })),
  );
  const keep = button("Keep as picture", () => send({ tspyro: "settle" }));
  element.append(search, chosen, ...needing, undo, labelled("file", file), ...files, keep, told);

  const found = (data: unknown): EditedTable => {
    const table = data as EditedTable;
    const wanted = search.value.trim().toLowerCase();
    return { ...table, rows: table.rows.filter(({ name }) => name.toLowerCase().includes(wanted)) };
  };
  return {
    element,
    shown: found,
    clicked(target) {
      const name = target.closest("[data-param]")?.getAttribute("data-param");
      if (name === null || name === undefined) return;
      chosen.value = name;
      send({ tspyro: "param-open", name });
    },
    update(data, theme) {
      style(element, theme);
      const { notice, dropped = [] } = data as EditedTable;
      const names = found(data).rows.map(({ name }) => name);
      const listed = [...chosen.options].map(({ value }) => value);
      if (names.join("\0") !== listed.join("\0")) {
        const before = chosen.value;
        chosen.replaceChildren(...names.map((name) => new Option(shorten(name, 40), name)));
        if (names.includes(before)) chosen.value = before;
      }
      for (const each of needing) each.disabled = names.length === 0;
      undo.disabled = dropped.length === 0;
      setText(told, notice?.text ?? "");
      told.style.color = notice?.bad === true ? theme.danger : "";
    },
    leave: () => element.remove(),
  };
}
