/** Constructed, so that no content policy calls it an inline style. */
export function demoStyle(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { display: block; font: 16px/1.4 system-ui, sans-serif; color: #1f2328; }
    :host([hidden]) { display: none; }
    :host([theme="dark"]) { color: #e6e9ee; background: #16191e; padding: 0.5em; border-radius: 6px; }
    .title { font-weight: 600; margin: 0 0 0.5em; }
    .bar { display: flex; flex-wrap: wrap; gap: 0.5em; align-items: center; margin: 0 0 0.5em; }
    button {
      font: inherit; color: inherit; background: transparent; cursor: pointer;
      border: 1px solid currentColor; border-radius: 6px; padding: 0.2em 0.9em; min-height: 2em;
    }
    button:hover { background: color-mix(in srgb, currentColor 10%, transparent); }
    button:focus-visible { outline: 3px solid #0072b2; outline-offset: 2px; }
    output { font-variant-numeric: tabular-nums; opacity: 0.85; }
    .pictures { display: flex; flex-wrap: wrap; gap: 0.75em; }
    .pictures > * { flex: none; max-width: 100%; }
    [role="alert"] { white-space: pre-wrap; border-left: 4px solid #c0392b; padding-left: 0.75em; margin: 0; }
  `);
  return sheet;
}
