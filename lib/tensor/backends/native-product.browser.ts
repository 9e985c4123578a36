/** Pages have no native core. */
export type { Factor } from "./native-product.ts";

export function nativeProduct(): undefined {
  return undefined;
}
