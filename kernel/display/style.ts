/**
 * The look of what the kernel shows as HTML. Colours are Jupyter's and VS Code's where their page has them, so that they
 * follow its theme. An untrusted notebook strips the sheet: everything reads without it.
 */
const either = (light: string, dark: string) => `light-dark(${light}, ${dark})`;

const colours = {
  muted: `var(--jp-content-font-color2, var(--vscode-descriptionForeground, ${either("#59636e", "#a3adb9")}))`,
  line: `var(--jp-border-color2, var(--vscode-panel-border, ${either("#d5dae0", "#4a535e")}))`,
  stripe: `var(--jp-rendermime-table-row-background, ${either("#f5f6f8", "#22272e")})`,
  hover: `var(--jp-rendermime-table-row-hover-background, ${either("#e9f2fb", "#2d3a48")})`,
  key: `var(--jp-mirror-editor-property-color, var(--vscode-debugTokenExpression-name, ${either("#0550ae", "#8ecbff")}))`,
  number: `var(--jp-mirror-editor-number-color, var(--vscode-debugTokenExpression-number, ${either("#087a4b", "#7ee2a8")}))`,
  string: `var(--jp-mirror-editor-string-color, var(--vscode-debugTokenExpression-string, ${either("#a3240f", "#ffab8f")}))`,
  keyword: `var(--jp-mirror-editor-keyword-color, var(--vscode-debugTokenExpression-boolean, ${either("#116329", "#7ee787")}))`,
} as const;

const variables = Object.entries(colours).map(([name, value]) => `--v-${name}:${value}`);

/** Twice the class, to be stronger than Jupyter's own rules for lists and tables. */
const sheet = [
  `.tspyro-value{${variables.join(";")};font:13px/1.5 var(--jp-code-font-family,ui-monospace,Menlo,Consolas,monospace);overflow-x:auto}`,
  ".tspyro-value.tspyro-value ul{list-style:none;margin:0;padding:0 0 0 1.3em}",
  ".tspyro-value.tspyro-value li{padding:0;margin:0;white-space:pre-wrap;overflow-wrap:anywhere}",
  ".tspyro-value.tspyro-value summary{cursor:pointer;white-space:pre-wrap;overflow-wrap:anywhere}",
  ".tspyro-value.tspyro-value li>details>summary{margin-left:-1.1em}",
  ".tspyro-value.tspyro-value pre{margin:2px 0 2px 1.3em;padding:0;font:inherit;white-space:pre;overflow-x:auto}",
  ".tspyro-value.tspyro-value .m,.tspyro-value.tspyro-value .u{color:var(--v-muted)}",
  ".tspyro-value.tspyro-value .k{color:var(--v-key)}",
  ".tspyro-value.tspyro-value .n{color:var(--v-number)}",
  ".tspyro-value.tspyro-value .s{color:var(--v-string)}",
  ".tspyro-value.tspyro-value .w{color:var(--v-keyword)}",
  ".tspyro-value.tspyro-value img{display:block;margin:4px 0;max-width:100%;image-rendering:pixelated}",
  ".tspyro-value.tspyro-value table{border-collapse:collapse;margin:2px 0 6px;font-size:inherit;color:inherit;border:none;table-layout:auto}",
  ".tspyro-value.tspyro-value th,.tspyro-value.tspyro-value td{padding:2px 10px;border:none;border-bottom:1px solid var(--v-line);white-space:pre-wrap;max-width:40em;overflow-wrap:anywhere;vertical-align:top}",
  ".tspyro-value.tspyro-value td[align=right],.tspyro-value.tspyro-value th[align=right]{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}",
  ".tspyro-value.tspyro-value tbody tr:nth-child(even){background:var(--v-stripe)}",
  // Pages turn like leaves: their titles in a line, one of them open below it.
  "@supports selector(::details-content){.tspyro-value.tspyro-value .pages{display:flex;flex-wrap:wrap;column-gap:12px}.tspyro-value.tspyro-value .pages>details{display:contents}.tspyro-value.tspyro-value .pages>details>summary{list-style:none;order:0}.tspyro-value.tspyro-value .pages>details[open]>summary{color:var(--v-key);font-weight:600}.tspyro-value.tspyro-value .pages>details::details-content{order:1;width:100%}}",
  ".tspyro-value.tspyro-value tbody tr:hover{background:var(--v-hover)}",
];

/** The whole output: `body` with the sheet, which is scoped by the class. */
export function page(body: string): string {
  return `<div class="tspyro-value"><style>${sheet.join("")}</style>${body}</div>`;
}
