import { examine } from "../doctor.ts";

/** `npx tspyro doctor` */
export async function doctor(): Promise<number> {
  const { text, healthy } = await examine();
  process.stdout.write(`${text}\n`);
  return healthy ? 0 : 1;
}
