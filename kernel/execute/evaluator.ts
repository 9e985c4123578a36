import { Session } from "node:inspector";
import { intrinsic } from "./intrinsics.ts";
import { kernelName } from "./names.ts";

export type Outcome =
  | { status: "ok" }
  | { status: "error"; error: unknown }
  /** V8 was told to end it: no `finally` has run. */
  | { status: "terminated" };

/** A script under way. */
export interface Evaluation {
  readonly outcome: Promise<Outcome>;
  /**
   * Forgets a script whose promise is never going to settle. The inspector tells its client when such a promise is
   * collected; here the client is JavaScript, which must not run at that time: Node aborts. So this one is given up.
   */
  abandon(): void;
}

/** What the code of cells calls. */
export interface CellRuntime {
  flag: Int32Array<SharedArrayBuffer>;
  interrupt(): unknown;
  wait(value: unknown): unknown;
  each(values: unknown): unknown;
  result(value: unknown): void;
  load: unknown;
  meta: unknown;
  invalidation(run: number): Promise<void>;
  /** For the debugger, which is on another thread. */
  debug(request: string, ...values: unknown[]): unknown;
}

/** Keeps an end by force away from what it would leave half done. */
type Shield = <T>(work: () => T) => T;

function connected(): Session {
  const session = new Session();
  session.connect();
  return session;
}

interface RemoteObject {
  type: string;
  objectId?: string;
  value?: unknown;
  unserializableValue?: string;
  description?: string;
}
interface EvaluateResult {
  result: RemoteObject;
  exceptionDetails?: { text: string; exception?: RemoteObject };
}

const group = "cell";
const names = { ...kernelName, caught: "$caught\u200d", bound: "$bound\u200d" };

/**
 * Runs scripts in V8's REPL mode, by the inspector of this very thread: top-level `await`, and names that live on
 * from script to script with the speed of ordinary variables. Values never come back through the inspector, which
 * would keep them alive: cells hand them over by calling the runtime.
 */
export class Evaluator {
  /** For what settles at once. */
  readonly #session = connected();
  /** Those of scripts that are through, to be used again. */
  readonly #resting: Session[] = [];
  #caught: unknown;
  #bound: Record<string, unknown> = {};
  readonly #shield: Shield;

  constructor({ shield, ...runtime }: CellRuntime & { shield: Shield }) {
    this.#shield = shield;
    const door = "$tspyroRuntime";
    const values = {
      ...runtime,
      caught: (error: unknown) => {
        this.#caught = error;
      },
      bound: () => this.#bound,
    };
    Object.defineProperty(globalThis, door, { value: values, configurable: true });
    const list = Object.entries(names).map(([key, name]) => `${name} = ${door}.${key}`);
    this.#session.post("Runtime.evaluate", { expression: `let ${list.join(", ")};`, replMode: true });
    Reflect.deleteProperty(globalThis, door);
  }

  /** Gives cells these names, as if one had declared them. The keys are names as V8 knows them. */
  bind(values: Record<string, unknown>): void {
    const keys = Object.keys(values);
    if (keys.length === 0) return;
    this.#bound = values;
    const list = keys.map((name) => `${name} = ${names.bound}()[${intrinsic.JSON.stringify(name)}]`);
    const expression = `let ${list.join(", ")};undefined`;
    this.#session.post("Runtime.evaluate", { expression, replMode: true });
    this.#bound = {};
  }

  evaluate(expression: string): Promise<Outcome> {
    return this.begin(expression).outcome;
  }

  /** Each script that has not come to its end has a client of the inspector to itself. */
  begin(expression: string): Evaluation {
    const session = this.#resting.pop() ?? connected();
    const { promise: outcome, resolve } = intrinsic.Promise.withResolvers<Outcome>();
    let abandoned = false;
    const parameters = { expression, replMode: true, awaitPromise: true, objectGroup: group };
    session.post("Runtime.evaluate", parameters, (failure, answer) => {
      if (abandoned) return;
      const found = this.#shield(() => {
        const outcome = this.#outcome(session, failure, answer as unknown as EvaluateResult | undefined);
        session.post("Runtime.releaseObjectGroup", { objectGroup: group });
        return outcome;
      });
      this.#resting.push(session);
      resolve(found);
    });
    const abandon = () => {
      abandoned = true;
      session.disconnect();
    };
    return { outcome, abandon };
  }

  /** Stands still until the terminate that is under way has struck, so that it strikes nothing else. */
  absorbTermination(isPending: () => boolean): void {
    this.#bound = { isPending };
    const expression = `while (${names.bound}().isPending()) {}`;
    this.#session.post("Runtime.evaluate", { expression, replMode: false });
    this.#bound = {};
  }

  close(): void {
    for (const session of [this.#session, ...this.#resting.splice(0)]) session.disconnect();
  }

  #outcome(session: Session, failure: Error | null, answer: EvaluateResult | undefined): Outcome {
    if (failure !== null || answer === undefined) return { status: "terminated" };
    const { exceptionDetails } = answer;
    if (exceptionDetails === undefined) return { status: "ok" };
    return { status: "error", error: this.#thrown(session, exceptionDetails) };
  }

  #thrown(session: Session, { exception, text }: NonNullable<EvaluateResult["exceptionDetails"]>): unknown {
    if (exception === undefined) return new Error(text);
    const { objectId, type, value, unserializableValue } = exception;
    if (objectId !== undefined) {
      this.#caught = undefined;
      const functionDeclaration = `function () { "use strict"; ${names.caught}(this); }`;
      session.post("Runtime.callFunctionOn", { objectId, functionDeclaration });
      const error = this.#caught;
      this.#caught = undefined;
      return error;
    }
    if (type === "bigint" && unserializableValue !== undefined)
      return BigInt(unserializableValue.replace(/n$/, ""));
    return unserializableValue === undefined ? value : Number(unserializableValue);
  }
}
