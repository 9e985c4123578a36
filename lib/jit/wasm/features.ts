/**
 * What this machine's WebAssembly can do, found by asking it to validate a function that uses it, and to compile one:
 * a page's content policy may forbid that. It is asked once, because each refusal is reported as an error of the page.
 */
import { ModuleWriter, V128 } from "./assembler.ts";
import { f32x4, relaxed } from "./simd.ts";

export interface Features {
  readonly simd: boolean;
  /** Fused multiply-add. */
  readonly relaxed: boolean;
}

let known: Features | undefined;

export function wasmAvailable(): Features {
  known ??= detect();
  return known;
}

function detect(): Features {
  const accepts = (fused: boolean): boolean => {
    const module = new ModuleWriter(fused);
    const f = module.define([V128], [V128]);
    const x = [0x20, 0];
    f.emit(fused ? relaxed.madd(x, x, x) : f32x4.add(x, x));
    return WebAssembly.validate(module.bytes());
  };
  try {
    new WebAssembly.Module(new ModuleWriter(false).bytes());
    return { simd: accepts(false), relaxed: accepts(true) };
  } catch {
    // Forbidden by a content security policy, or not there at all.
    return { simd: false, relaxed: false };
  }
}
