import { join } from "node:path";
import { cacheFolder, root } from "../../paths.ts";

/** The npm package of the native core. */
export const corePackage = join(root, "node_modules/@tensorflow/tfjs-node");
export const binding = join(corePackage, "lib/napi-v8/tfjs_binding.node");
/** Where the package looks for libtensorflow and its headers. */
export const deps = join(corePackage, "deps");
/** libtensorflow as it came out of the wheel: kept outside node_modules, so that `npm ci` does not cost a download. */
export const unpacked = join(cacheFolder, "libtensorflow-2.15.1");
