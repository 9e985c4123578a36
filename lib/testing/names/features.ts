/** The part of FEATURES.md that is made from `names.json`: a row for each class and function of the manuals. */
import type { ManualEntry } from "./names.ts";

export const BEGIN = "<!-- From here to the next mark: made by `npm run features` out of lib/names.json. -->";
export const END = "<!-- Here ends what `npm run features` makes. -->";

type Named = readonly [manual: string, entry: ManualEntry];

/** Groups in the order of the page; a name belongs to the first that matches. */
const GROUPS: readonly (readonly [title: string, names: RegExp])[] = [
  ["Primitives", /^pyro\.[a-z_]+$/],
  ["Inference", /^pyro\.infer\./],
  ["Distributions: classes", /^pyro\.distributions\.[\w.]*[A-Z]/],
  ["Distributions: stochastic functions", /^pyro\.distributions\./],
  ["Parameters", /^pyro\.params\./],
  ["Neural networks", /^pyro\.nn\./],
  ["Poutines", /^pyro\.poutine\./],
  [
    "Optimizers, over the parameter store",
    /^pyro\.optim\.(optim\.|PyroLR|Horovod|[A-Z]\w+$(?<!MultiOptimizer|Newton))/,
  ],
  ["Optimizers, over variables; of higher order", /^pyro\.optim\./],
];

const BASE = "pyro.distributions.distribution.Distribution";
const lastOf = (path: string) => path.slice(path.lastIndexOf(".") + 1);
const ownerOf = (path: string) => path.slice(0, path.lastIndexOf("."));
const code = (text: string) => `\`${text}\``;

/** `{ a }` and `{ b }` are `{ a, b }`; what has no meaning here is left out, and what is asked for twice. */
function signature(args: Readonly<Record<string, string | null>> | undefined): string {
  const here = Object.values(args ?? {}).filter((arg) => arg !== null);
  const positional = here.filter((arg) => !arg.startsWith("{")).map((arg) => arg.replace(/ \(.*/, ""));
  const options = here.filter((arg) => arg.startsWith("{")).map((arg) => arg.slice(2, -2));
  const all = [...positional, ...(options.length > 0 ? [`{ ${options.join(", ")} }`] : [])];
  return `(${[...new Set(all)].join(", ")})`;
}

function called({ kind, here, arguments: args }: ManualEntry, path = here): string {
  return kind === "attribute" ? path : `${path}${signature(args)}`;
}

interface Row {
  readonly manual: string[];
  readonly here: string[];
  /** What has to be the same in rows that become one. */
  readonly same: string;
  readonly state: string;
  readonly remarks: string;
  readonly members: string;
}

function rowOf([manual, entry]: Named, members: readonly Named[]): Row {
  const remarks = [[undefined, entry] as const, ...members.map(([name, of]) => [name, of] as const)].flatMap(
    ([name, of]) => {
      const state = of.state === entry.state ? "" : `${of.state}: `;
      const repeats = name !== undefined && of.remark === entry.remark;
      if (state === "" && (of.remark === undefined || repeats)) return [];
      return [`${name === undefined ? "" : `${code(lastOf(of.here))}: `}${state}${of.remark ?? ""}`];
    },
  );
  const room = entry.here.includes(".") ? `${ownerOf(entry.here)}.` : "";
  const row = {
    manual: [code(lastOf(manual))],
    here: [code(called(entry))],
    state: entry.state,
    remarks: remarks.join("; "),
    members: members.map(([, of]) => code(`.${called(of, lastOf(of.here))}`)).join(" "),
  };
  const same = [entry.kind, room, signature(entry.arguments), row.state, row.remarks, row.members].join();
  return { ...row, same };
}

/** Rows that say the same of several names are one. */
function merged(rows: readonly Row[]): Row[] {
  const out: Row[] = [];
  for (const row of rows) {
    const same = out.find((other) => other.same === row.same);
    if (same === undefined) out.push(row);
    else {
      same.manual.push(...row.manual);
      same.here.push(...row.here);
    }
  }
  return out;
}

function table(entries: readonly Named[], all: ReadonlyMap<string, ManualEntry>): string {
  const tops = entries.filter(([, { kind }]) => kind === "class" || kind === "function");
  const rows = merged(
    tops.map((top) => {
      const inherited = (name: string) =>
        top[0].startsWith("pyro.distributions.") && top[0] !== BASE && all.has(`${BASE}.${lastOf(name)}`);
      const isMember = (name: string) =>
        all.get(name)?.kind !== "class" && ownerOf(name.replace(".nodes.", ".")) === top[0];
      const members = entries.filter(
        ([name, { remark }]) => isMember(name) && (remark !== undefined || !inherited(name)),
      );
      return rowOf(top, members);
    }),
  );
  const lines = rows.map(({ manual, here, state, remarks, members }) => {
    const many = here.length > 4 ? [(here[0] as string).replace(/\w+\(/, "*(")] : here;
    const calls = members === "" ? many.join(" ") : `${many.join(" ")}<br>${members}`;
    return `| ${manual.join(", ")} | ${calls} | ${state} | ${remarks} |`;
  });
  return ["| manual | here | state | remarks |", "|---|---|---|---|", ...lines].join("\n");
}

/** The generated part, marks included. */
export function features(names: Readonly<Record<string, ManualEntry>>): string {
  const all = new Map(Object.entries(names));
  const groupOf = (name: string) => GROUPS.find(([, pattern]) => pattern.test(name))?.[0];
  const sections = GROUPS.map(([title]) => {
    const own = [...all].filter(([name]) => groupOf(name) === title);
    return `### ${title}\n\n${table(own, all)}`;
  });
  return [BEGIN, ...sections, END].join("\n\n");
}

/** A page with its generated part made anew. @throws where the marks are missing */
export function withFeatures(page: string, names: Readonly<Record<string, ManualEntry>>): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`FEATURES.md has lost its marks: ${BEGIN} ... ${END}`);
  return page.slice(0, from) + features(names) + page.slice(to + END.length);
}
