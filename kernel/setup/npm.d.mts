export declare function runNpm(
  args: readonly string[],
  options: { cwd: string; node?: string },
): { status: number | null; output: string };
export declare function nodeEnvironment(node: string): NodeJS.ProcessEnv;
