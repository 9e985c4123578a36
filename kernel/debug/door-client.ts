import { kernelName } from "../execute/names.ts";
import type { DebugScript } from "../wire/messages.ts";
import type { Described, Request } from "./door.ts";
import { argumentOf, type Evaluated, type Inspector, type Property, type RemoteObject } from "./inspector.ts";

/** The debugger's way to main's end of it. */
export class Door {
  readonly #inspector: Inspector;
  #door: Promise<string> | undefined;

  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  scripts(): Promise<{ scripts: DebugScript[]; names: string[] }> {
    return this.#value("scripts", []);
  }

  async describe(values: readonly RemoteObject[]): Promise<Described[]> {
    return values.length === 0 ? [] : this.#value("describe", values.map(argumentOf));
  }

  async items(objectId: string, from: number, to: number): Promise<[string, RemoteObject][]> {
    const flat = await this.list(await this.#call("items", [{ objectId }, { value: from }, { value: to }]));
    return Array.from({ length: flat.length / 2 }, (_, i) => [
      String(flat[2 * i]?.value),
      flat[2 * i + 1] ?? { type: "undefined" },
    ]);
  }

  /** The elements of an array. */
  async list({ objectId }: RemoteObject): Promise<RemoteObject[]> {
    const { result } = await this.#inspector.post<{ result: Property[] }>("Runtime.getProperties", {
      ...{ objectId, ownProperties: true },
    });
    return result.filter(({ name }) => /^\d+$/.test(name)).map(({ value }) => value ?? { type: "undefined" });
  }

  /** How a value shows itself as a cell's result. What has to be waited for cannot be had while main stands still. */
  mime(value: RemoteObject, standing: boolean): Promise<Record<string, unknown>> {
    return standing
      ? this.#value("mime", [argumentOf(value)])
      : this.#value("mimeLater", [argumentOf(value)], true);
  }

  async declare(name: string, value: RemoteObject): Promise<void> {
    await this.#call("declare", [{ value: name }, argumentOf(value)]);
  }

  /** Gives one of the notebook's variables another value. */
  async assign(name: string, value: RemoteObject): Promise<void> {
    await this.#called(
      await this.#inspector.post<Evaluated>("Runtime.callFunctionOn", {
        ...{ objectId: (await this.#setter(name)).objectId, arguments: [argumentOf(value)], silent: true },
        functionDeclaration: "function (value) { return this(value); }",
      }),
    );
  }

  async #setter(name: string): Promise<RemoteObject> {
    const expression = `(value) => { ${name} = value; }`;
    return this.#called(
      await this.#inspector.post<Evaluated>("Runtime.evaluate", { expression, silent: true }),
    );
  }

  async #value<T>(request: Request, values: readonly object[], later = false): Promise<T> {
    return (await this.#call(request, values, { returnByValue: true, awaitPromise: later })).value as T;
  }

  async #call(request: Request, values: readonly object[], options: object = {}): Promise<RemoteObject> {
    this.#door ??= this.#open();
    const parameters = {
      ...{ objectId: await this.#door, arguments: [{ value: request }, ...values], silent: true, ...options },
      functionDeclaration: "function (request, ...values) { return this(request, ...values); }",
    };
    return this.#called(await this.#inspector.post<Evaluated>("Runtime.callFunctionOn", parameters));
  }

  async #open(): Promise<string> {
    const { result } = await this.#inspector.post<Evaluated>("Runtime.evaluate", {
      expression: kernelName.debug,
    });
    if (result.objectId === undefined) throw new Error("The kernel's end of the debugger is not there.");
    return result.objectId;
  }

  #called({ result, exceptionDetails }: Evaluated): RemoteObject {
    if (exceptionDetails === undefined) return result;
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }
}
