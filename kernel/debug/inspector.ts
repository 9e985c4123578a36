import { Session } from "node:inspector";

/** What V8's inspector tells, as far as it is used here. Lines and columns count from 0. */
export interface RemoteObject {
  readonly type: string;
  readonly subtype?: string;
  readonly className?: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
  readonly description?: string;
  readonly objectId?: string;
}

export interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber?: number;
}

export interface ScopeObject {
  readonly type: string;
  readonly name?: string;
  readonly object: RemoteObject;
}

export interface CallFrame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly location: Location;
  readonly scopeChain: readonly ScopeObject[];
  readonly this: RemoteObject;
  readonly returnValue?: RemoteObject;
}

export interface Paused {
  readonly callFrames: readonly CallFrame[];
  readonly reason: string;
  readonly hitBreakpoints?: readonly string[];
  readonly data?: RemoteObject & {
    readonly uncaught?: boolean;
    readonly reasons?: readonly { readonly reason: string; readonly auxData?: RemoteObject }[];
  };
}

export interface Property {
  readonly name: string;
  readonly value?: RemoteObject;
  readonly get?: RemoteObject;
}

export interface Evaluated {
  readonly result: RemoteObject;
  readonly exceptionDetails?: { readonly text: string; readonly exception?: RemoteObject };
}

export interface InspectorEvents {
  paused(event: Paused): void;
  scriptParsed(event: { scriptId: string; url: string }): void;
}

/** A session of the main thread's inspector, from another thread: it answers also while main computes or stands still. */
export class Inspector {
  readonly #session = new Session();

  constructor({ paused, scriptParsed }: InspectorEvents) {
    this.#session.connectToMainThread();
    this.#session.on("Debugger.paused", ({ params }) => paused(params as unknown as Paused));
    this.#session.on("Debugger.scriptParsed", ({ params }) => scriptParsed(params));
  }

  post<T = object>(method: string, params: object = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, params, (error, answer) => {
        if (error === null) resolve(answer as T);
        else reject(new Error(error.message));
      });
    });
  }

  /** Main goes on if it stood still. */
  disconnect(): void {
    this.#session.disconnect();
  }
}

/** A value as an argument of a call. */
export function argumentOf({ objectId, unserializableValue, value }: RemoteObject): object {
  if (objectId !== undefined) return { objectId };
  return unserializableValue === undefined ? { value } : { unserializableValue };
}
