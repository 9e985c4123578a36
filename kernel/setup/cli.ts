// `npx tspyro doctor | install | uninstall | convert | mpirun`
import { convert } from "./commands/convert.ts";
import { doctor } from "./commands/doctor.ts";
import { install, uninstall } from "./commands/install.ts";
import { mpirun } from "./commands/mpirun.ts";
import { endChildrenOnSignals } from "./processes.ts";

/** Each answers with the exit code, or throws a sentence. */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  doctor,
  install,
  uninstall,
  convert,
  mpirun,
};

const usage = `usage: npx tspyro <command>
  doctor      says what is set up, what is missing and how to get it
  install     adds the kernel "TypeScript (Pyro)" to a Jupyter of your own (it goes on living in this folder)
  uninstall   takes it out again
  convert     writes a notebook in the other format: convert FILE [--to observable | jupyter] [-o OUT]
              [--import ADDRESS of the library's script], and lists what cannot be carried
  mpirun      trains on several processes: mpirun -np 4 [options of mpirun] train.ts [arguments]
where install and uninstall take one of
  --user        your own kernels (the default)
  --sys-prefix  the Python environment that is active
  --prefix DIR  the Python environment in DIR`;

async function main(): Promise<number> {
  const [name, ...args] = process.argv.slice(2);
  if (
    name === undefined ||
    name === "--help" ||
    name === "help" ||
    (name !== "mpirun" && args.includes("--help"))
  ) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    process.stderr.write(`There is no command "${name}".\n${usage}\n`);
    return 2;
  }
  endChildrenOnSignals();
  try {
    return await command(args);
  } catch (error) {
    process.stderr.write(`tspyro ${name}: ${error instanceof Error ? error.message : error}\n`);
    return String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS") ? 2 : 1;
  }
}

if (import.meta.main) process.exitCode = await main();
