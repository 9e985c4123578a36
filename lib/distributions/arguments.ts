/** Reads the arguments of a family out of its table of parameters. */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { type Numeric, toTensor } from "../tensor/index.ts";
import type { Options, ParameterSpec, ParameterTable, SettingSpec } from "./parametric.ts";

export interface Parsed {
  params: Record<string, tf.Tensor>;
  settings: Record<string, unknown>;
  options: Options;
}

/** Keys of `Options`; the type demands all of them. */
const OPTIONS: { [K in keyof Required<Options>]: true } = {
  reparameterized: true,
  batchSize: true,
  logPdfMask: true,
  validateArgs: true,
};

/** An object of keywords or options, as opposed to a value. */
export function isKeywords(x: unknown): x is Record<string, unknown> {
  return (
    typeof x === "object" &&
    x !== null &&
    !Array.isArray(x) &&
    !ArrayBuffer.isView(x) &&
    !(x instanceof tf.Tensor)
  );
}

export function parseArguments(family: string, table: ParameterTable, args: readonly unknown[]): Parsed {
  const names = Object.keys(table);
  let end = args.length;
  while (end > 0 && args[end - 1] === undefined) end--;
  return read(family, table, names, args.slice(0, end));
}

function read(
  family: string,
  table: ParameterTable,
  names: readonly string[],
  args: readonly unknown[],
): Parsed {
  const last = args.at(-1);
  const keywords = isKeywords(last) ? last : {};
  const positional = isKeywords(last) ? args.slice(0, -1) : args;
  const given: Record<string, unknown> = {};
  if (positional.length > names.length) {
    throw pyroError({
      what: `${family} was given too many arguments`,
      expected: signature(table),
      got: `${positional.length} positional arguments`,
    });
  }
  for (const [i, value] of positional.entries()) {
    if (value !== undefined && value !== null) given[names[i] as string] = value;
  }
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(keywords)) {
    if (value === undefined || value === null) continue;
    if (Object.hasOwn(OPTIONS, key)) {
      options[key] = value;
      continue;
    }
    const name = names.find((n) => n === key || table[n]?.aliases?.includes(key));
    if (name === undefined) {
      throw pyroError({
        what: `${family} has no parameter ${key}`,
        expected: `${signature(table)}, or options ${Object.keys(OPTIONS).join(", ")}`,
        got: `${key}: ${brief(value)}`,
      });
    }
    if (name in given) {
      throw pyroError({
        what: `Parameter ${name} of ${family} was given twice`,
        got: name === key ? `${name} by position and by keyword` : `${name} and ${key}, which mean the same`,
      });
    }
    given[name] = value;
  }
  return { ...resolve(family, table, given), options };
}

function resolve(family: string, table: ParameterTable, given: Record<string, unknown>) {
  const params: Record<string, tf.Tensor> = {};
  const settings: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(table)) {
    const value = given[name];
    if (isSetting(spec)) {
      settings[name] = value ?? spec.default;
    } else if (value !== undefined) {
      params[name] = tensorOf(family, name, value);
    } else if (spec.default !== undefined) {
      params[name] = toTensor(spec.default);
    } else if (spec.oneOf === undefined && spec.optional !== true) {
      throw pyroError({
        what: `Parameter ${name} of ${family} is missing`,
        expected: signature(table),
        got: Object.keys(given).length === 0 ? "no arguments" : `only ${Object.keys(given).join(", ")}`,
      });
    }
  }
  checkAlternatives(family, table, params);
  return { params, settings };
}

function checkAlternatives(family: string, table: ParameterTable, params: Record<string, tf.Tensor>): void {
  const groups: Record<string, string[]> = {};
  for (const [name, spec] of Object.entries(table)) {
    if (isSetting(spec) || spec.oneOf === undefined) continue;
    groups[spec.oneOf] = [...(groups[spec.oneOf] ?? []), name];
  }
  for (const names of Object.values(groups)) {
    const present = names.filter((n) => n in params);
    if (present.length !== 1) {
      throw pyroError({
        what: `${family} takes exactly one of ${names.join(" and ")}`,
        got: present.length === 0 ? "none of them" : present.join(" and "),
        try: `${family}({ ${names[0]}: ... })`,
      });
    }
  }
}

function isSetting(spec: ParameterSpec | SettingSpec): spec is SettingSpec {
  return "setting" in spec;
}

function tensorOf(family: string, name: string, value: unknown): tf.Tensor {
  try {
    return toTensor(value as Numeric);
  } catch (cause) {
    throw pyroError({
      what: `Parameter ${name} of ${family} is not numeric`,
      expected: "a tensor, a number, or a nested array of numbers",
      got: brief(value),
      cause,
    });
  }
}

function signature(table: ParameterTable): string {
  const parts = Object.entries(table).map(([name, spec]) => {
    const also =
      spec.aliases === undefined || spec.aliases.length === 0 ? "" : ` (or ${spec.aliases.join(", ")})`;
    return `${name}${also}`;
  });
  return `parameters ${parts.join(", ")}`;
}

function brief(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
