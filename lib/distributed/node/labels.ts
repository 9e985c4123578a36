/** What mpirun passes on of its ranks' output, line by line, with the rank that printed it. */

/** Open MPI 4 and 5 by `--tag-output`, MPICH by `-prepend-rank`. */
const TAGS = [
  /^\[\d+,(\d+)\]<(?:stdout|stderr|stddiag)>:/,
  /^\[.*@\d+,(\d+)\]<\w+>: /,
  /^\[(\d+)\] /,
] as const;

/** A line that never ends is passed on in pieces. */
const LONGEST = 65_536;

/** @returns undefined for what is mpirun's own */
export function labelled(line: string): string | undefined {
  for (const tag of TAGS) {
    const rank = tag.exec(line);
    if (rank !== null) return `[rank ${rank[1]}] ${line.slice(rank[0].length)}`;
  }
  return undefined;
}

/** Cuts a stream into lines, and passes on those that a label is found for. */
export class Lines {
  #rest = "";
  readonly #write: (text: string) => void;
  readonly #label: (line: string) => string | undefined;
  /** The last of the others. */
  others: string[] = [];

  constructor(write: (text: string) => void, label: (line: string) => string | undefined) {
    this.#write = write;
    this.#label = label;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > LONGEST) {
      lines.push(this.#rest);
      this.#rest = "";
    }
    let out = "";
    for (const line of lines) {
      const label = this.#label(line);
      if (label !== undefined) out += `${label}\n`;
      else if (line.trim() !== "") this.others = [...this.others.slice(-11), line];
    }
    if (out !== "") this.#write(out);
  }

  end(): void {
    if (this.#rest !== "") this.push("\n");
  }
}
