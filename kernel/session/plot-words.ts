/** What a figure of Observable Plot is to those who only hear of it: it has an image's role, and its title and axes as words. */
export function inWords(drawn: Element): Element {
  const isSvg = drawn.tagName.toLowerCase() === "svg";
  const svgs = isSvg ? [drawn] : Array.from(drawn.querySelectorAll("svg"));
  const [heading, caption] = ["h2, h3", "figcaption"].map((of) => textOf(drawn.querySelector(of)));
  for (const svg of svgs) {
    if (isNested(svg, drawn) || isTold(svg)) continue;
    const parent = svg.parentElement;
    // A field of colour with its name beside it.
    if (!isSvg && parent !== null && /-swatch(\s|$)/.test(parent.getAttribute("class") ?? "")) {
      svg.setAttribute("aria-hidden", "true");
      continue;
    }
    const ramp = /-ramp(\s|$)/.test(svg.getAttribute("class") ?? "");
    const words = ramp ? rampInWords(svg) : [heading, caption, axesInWords(svg)].filter(Boolean).join(". ");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", words === "" ? "plot" : words);
  }
  return drawn;
}

function isTold(svg: Element): boolean {
  return (
    svg.hasAttribute("aria-label") || svg.hasAttribute("aria-labelledby") || svg.hasAttribute("aria-hidden")
  );
}

/** Marks may hold drawings of their own. */
function isNested(svg: Element, root: Element): boolean {
  for (let at = svg.parentElement; at !== null && at !== root.parentElement; at = at.parentElement)
    if (at.tagName.toLowerCase() === "svg") return true;
  return false;
}

function axesInWords(svg: Element): string {
  const axes = (["x", "y"] as const).flatMap((axis) => {
    const label = textOf(svg.querySelector(`[aria-label="${axis}-axis label"]`));
    return label === "" ? [] : [`${axis} axis: ${label}`];
  });
  return axes.join(", ");
}

function rampInWords(svg: Element): string {
  const texts = Array.from(svg.querySelectorAll("text"), textOf).filter(Boolean);
  const name = texts.find((text) => !/^[\d.,−+-]+[a-zA-Zµ%]?$/.test(text));
  return name === undefined ? "colours" : `colours: ${name}`;
}

/** Without the arrows that say where an axis grows. */
function textOf(element: Element | null): string {
  return (element?.textContent ?? "")
    .replace(/[←→↑↓]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
