/**
 * Colours of all pictures. The palette is Okabe and Ito's, chosen to be told apart by colour-blind
 * readers (https://jfly.uni-koeln.de/color/); its yellow is left out and the tones of the dark theme are
 * lighter, so that lines keep a contrast of 3:1 and text one of 4.5:1 against the background.
 */
export type ThemeName = "light" | "dark";

export interface Theme {
  readonly name: ThemeName;
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly border: string;
  /** Fill of latent nodes, of observed nodes, of plates. */
  readonly surface: string;
  readonly observed: string;
  readonly plate: string;
  readonly accent: string;
  readonly danger: string;
  readonly palette: readonly string[];
}

const light: Theme = {
  name: "light",
  background: "#ffffff",
  text: "#1f2328",
  muted: "#59636e",
  grid: "#e4e7eb",
  border: "#c3c9d1",
  surface: "#ffffff",
  observed: "#d3d9e0",
  plate: "#f6f8fa",
  accent: "#0072b2",
  danger: "#c0392b",
  palette: ["#0072b2", "#d55e00", "#009e73", "#b0578d", "#8f6b00", "#3a96d0"],
};

const dark: Theme = {
  name: "dark",
  background: "#16191e",
  text: "#e6e9ee",
  muted: "#a3adb9",
  grid: "#2b3138",
  border: "#4a535e",
  surface: "#16191e",
  observed: "#48525e",
  plate: "#1e2329",
  accent: "#56b4e9",
  danger: "#ff7b6b",
  palette: ["#56b4e9", "#f28e3c", "#2fc79a", "#e29bc6", "#e6c229", "#8ecbff"],
};

export function themeOf(name: ThemeName | undefined): Theme {
  return name === "dark" ? dark : light;
}

export function colourAt(theme: Theme, index: number): string {
  return theme.palette[index % theme.palette.length] ?? theme.accent;
}

/** Generic families first in each system; every renderer ends at some sans-serif. */
export const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
