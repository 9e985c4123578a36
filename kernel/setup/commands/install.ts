import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeKernelspec } from "../kernelspec.ts";
import { chosenKernelspec } from "../kernelspec-places.ts";
import { root } from "../paths.ts";

/** `npx tspyro install [--user | --prefix P | --sys-prefix]` */
export async function install(args: readonly string[]): Promise<number> {
  const folder = await chosenKernelspec(args);
  if (!existsSync(join(root, "dist/kernel/main.js")))
    throw new Error(`There is no kernel to install yet: run \`npm run setup\` in ${root} first.`);
  const changed = await attempt(folder, () => writeKernelspec(folder));
  process.stdout.write(`${changed ? "installed" : "installed already"}: ${folder}\n`);
  process.stdout.write(`It starts the kernel that lives in ${root}: leave that folder where it is.\n`);
  // share/jupyter/kernels/tspyro -> share/jupyter
  if (!existsSync(join(resolve(folder, "../.."), "labextensions", "anywidget")))
    process.stdout.write("For live views that Jupyter needs anywidget: pip install anywidget\n");
  return 0;
}

/** `npx tspyro uninstall [--user | --prefix P | --sys-prefix]` */
export async function uninstall(args: readonly string[]): Promise<number> {
  const folder = await chosenKernelspec(args);
  const was = existsSync(folder);
  await attempt(folder, async () => rmSync(folder, { recursive: true, force: true }));
  process.stdout.write(was ? `removed: ${folder}\n` : `nothing to remove: ${folder}\n`);
  return 0;
}

async function attempt<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new Error(
      `${folder} cannot be written (${code}): take --user, which is your own, or --prefix with a folder of yours.`,
    );
  }
}
