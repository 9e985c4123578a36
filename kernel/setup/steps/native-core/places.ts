import { join } from "node:path";
import { cacheFolder, root } from "../../paths.ts";

export interface CorePlaces {
  /** The npm package of the native core. */
  corePackage: string;
  binding: string;
  /** Where the package looks for libtensorflow and its headers. */
  deps: string;
}

/** Where the native core of a project lies. */
export function corePlaces(root: string): CorePlaces {
  const corePackage = join(root, "node_modules/@tensorflow/tfjs-node");
  return {
    corePackage,
    binding: join(corePackage, "lib/napi-v8/tfjs_binding.node"),
    deps: join(corePackage, "deps"),
  };
}

export const { corePackage, binding, deps } = corePlaces(root);
/** libtensorflow as it came out of the wheel: kept outside node_modules, so that `npm ci` does not cost a download. */
export const unpacked = join(cacheFolder, "libtensorflow-2.15.1");
