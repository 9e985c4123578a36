/** The middle rank comes to grief at step 3. */
import { allreduce, init } from "../index.ts";
import { currentWorld } from "../world.ts";
import { say } from "./say.ts";

const { rank } = init();
say({ pid: process.pid });
for (let step = 1; ; step++) {
  currentWorld().at(step);
  if (rank === 1 && step === 3) {
    switch (process.argv[2]) {
      case "throws":
        throw new Error("the data ran out");
      case "is killed":
        process.kill(process.pid, "SIGKILL");
        break;
      case "hangs":
        for (;;);
      case "stops":
        process.kill(process.pid, "SIGSTOP");
        break;
      case "goes on":
        break;
      default:
        process.exit(0);
    }
  }
  allreduce([step]);
}
