/** What keys add to a slider, in steps of it. */
const keySteps: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5 },
};

export interface Slider {
  readonly element: HTMLLabelElement;
  readonly input: HTMLInputElement;
  /** Takes what the kernel says, unless a hand was on it a moment ago. */
  follow(value: number): void;
}

/** Milliseconds after a touch in which what is heard from the kernel is older than that. */
export const patience = 1000;

/**
 * A slider with its value beside it.
 * @param tell the value in words
 * @param home where the key Home takes it
 */
export function slider(
  label: string,
  { min, max, step, home }: { min: number; max: number; step: number; home?: number },
  tell: (value: number) => { shown: string; spoken?: string },
  moved: (value: number) => void,
): Slider {
  const element = document.createElement("label");
  element.className = "tspyro-rate";
  const input = document.createElement("input");
  input.type = "range";
  [input.min, input.max, input.step] = [String(min), String(max), String(step)];
  const told = document.createElement("output");
  element.append(label, input, told);
  let touched = Number.NEGATIVE_INFINITY;
  const say = () => {
    const { shown, spoken = shown } = tell(Number(input.value));
    if (told.textContent !== shown) told.textContent = shown;
    input.setAttribute("aria-valuetext", spoken);
  };
  const move = () => {
    touched = performance.now();
    say();
    moved(Number(input.value));
  };
  input.addEventListener("input", move);
  input.addEventListener("keydown", (event) => {
    const by = keySteps[event.key];
    const to = event.key === "Home" ? home : by === undefined ? undefined : Number(input.value) + by * step;
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    // Notebooks take arrow keys for their cells, and the slider would never hear of them.
    event.preventDefault();
    event.stopPropagation();
    // The input keeps it within its range.
    input.value = String(to);
    move();
  });
  const follow = (value: number) => {
    if (performance.now() - touched < patience) return;
    input.value = String(value);
    say();
  };
  return { element, input, follow };
}
