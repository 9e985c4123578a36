/** A model as a graph: what `renderModel` and `traceGraph` find out, and what the picture is drawn from. */
export interface GraphNode {
  /** Name of the site: unique. */
  readonly name: string;
  readonly kind: "latent" | "observed" | "param" | "deterministic";
  /** Name of the distribution, for a parameter its constraint. */
  readonly detail?: string;
  readonly shape?: readonly number[];
  /** Names of the plates it stands in, outermost first. */
  readonly plates: readonly string[];
  /** More for a reader who points at the node, one line each. */
  readonly notes?: readonly string[];
  /** Its log-density is NaN or minus infinity. */
  readonly bad?: boolean;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** `order` says only that one ran after the other. */
  readonly kind?: "order";
}

export interface GraphPlate {
  readonly name: string;
  readonly size: number;
  /** Where it differs from `size`. */
  readonly subsampleSize?: number;
}

export interface GraphData {
  readonly title?: string;
  /** What a reader must know of the arrows. */
  readonly note?: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly plates: readonly GraphPlate[];
  /** Lines under the picture: the distributions in full. */
  readonly legend?: readonly string[];
}

/** A box to draw: a plate within the boxes of the plates around it. */
export interface PlateBox {
  readonly plate: GraphPlate;
  readonly nodes: readonly number[];
  readonly boxes: readonly PlateBox[];
  /** Number among all boxes, in the order of drawing. */
  readonly index: number;
}

/**
 * Boxes as a tree. Plates that cross (one site in A, another in B, a third in both) become two boxes of the
 * same name, because drawn boxes can only nest.
 */
export function plateTree({ nodes, plates }: GraphData): {
  roots: PlateBox[];
  outside: number[];
  count: number;
} {
  interface Growing {
    plate: GraphPlate;
    nodes: number[];
    boxes: Growing[];
    index: number;
  }
  const known = new Map(plates.map((plate, i) => [plate.name, { plate, rank: i }]));
  const roots: Growing[] = [];
  const outside: number[] = [];
  let count = 0;
  nodes.forEach((node, i) => {
    const path = node.plates
      .map((name) => known.get(name))
      .filter((entry) => entry !== undefined)
      .sort((a, b) => a.rank - b.rank);
    let siblings = roots;
    let box: Growing | undefined;
    for (const { plate } of path) {
      box = siblings.find((other) => other.plate === plate);
      if (box === undefined) {
        box = { plate, nodes: [], boxes: [], index: count++ };
        siblings.push(box);
      }
      siblings = box.boxes;
    }
    (box?.nodes ?? outside).push(i);
  });
  return { roots, outside, count };
}

export function plateLabel({ name, size, subsampleSize }: GraphPlate): string {
  return subsampleSize === undefined || subsampleSize === size
    ? `${name}  ×${size}`
    : `${name}  ${subsampleSize} of ${size}`;
}
