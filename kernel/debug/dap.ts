/**
 * The Debug Adapter Protocol as far as Jupyter's front ends speak it, and what Jupyter adds to it. A `debug_request`
 * carries a request, its `debug_reply` the response; events go out as `debug_event`.
 */
export interface DapRequest {
  readonly seq: number;
  readonly command: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface DapResponse {
  readonly type: "response";
  readonly seq: number;
  readonly request_seq: number;
  readonly success: boolean;
  readonly command: string;
  readonly message?: string;
  readonly body: object;
}

export interface DapEvent {
  readonly type: "event";
  readonly seq: number;
  readonly event: string;
  readonly body: object;
}

export interface Source {
  readonly name: string;
  readonly path: string;
}

/** Lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface SourceBreakpoint {
  readonly line: number;
  readonly column?: number;
  /** TypeScript; the breakpoint stops where it is true. */
  readonly condition?: string;
  /** Stops at this hit and all later ones, or by `>`, `>=`, `=`, `<`, `<=`, `%` and a number. */
  readonly hitCondition?: string;
  /** Printed instead of stopping; `{expression}` in it is evaluated. */
  readonly logMessage?: string;
}

export interface Breakpoint {
  readonly id: number;
  readonly verified: boolean;
  readonly line: number;
  readonly source: { readonly path: string };
  readonly message?: string;
}

export interface StackFrame extends Place {
  readonly id: number;
  readonly name: string;
  readonly source: Source;
}

export interface Scope {
  readonly name: string;
  readonly presentationHint?: "locals";
  readonly variablesReference: number;
  readonly expensive: boolean;
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  readonly evaluateName?: string;
  /** 0: there is nothing inside. */
  readonly variablesReference: number;
  readonly indexedVariables?: number;
}

/** The only thread there is. */
export const THREAD = { id: 1, name: "notebook" } as const;
