/** Numbers, times and shapes as a reader wants them: few digits, real minus signs, no "1.0000000002". */

/** About `digits` significant digits; exponents only where the plain form would be long. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  let text: string;
  if (size >= 1e6 || size < 1e-3) {
    text = value
      .toExponential(Math.max(0, digits - 1))
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  } else {
    const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
    text = value.toFixed(decimals);
    if (text.includes(".")) text = text.replace(/\.?0+$/, "");
    if (size >= 1e4) text = groupThousands(text);
  }
  return text.replace(/-/g, "−");
}

/** Like `formatNumber` but keeps trailing zeros, so that a changing number does not jump about. */
export function formatSteady(value: number, digits = 4): string {
  if (!Number.isFinite(value) || value === 0) return formatNumber(value, digits);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3)
    return value
      .toExponential(digits - 1)
      .replace("e+", "e")
      .replace(/-/g, "−");
  return value.toFixed(Math.max(0, digits - 1 - Math.floor(Math.log10(size)))).replace(/-/g, "−");
}

/** A mean with the digits that its spread makes meaningful: 0.5333 ± 0.0021. */
export function formatMeanSd(mean: number, sd: number): string {
  if (!Number.isFinite(mean) || !Number.isFinite(sd)) return `${formatNumber(mean)} ± ${formatNumber(sd)}`;
  return `${formatNumber(mean, 4)} ± ${formatNumber(sd, 2)}`;
}

export function formatCount(value: number): string {
  return groupThousands(String(Math.round(value)));
}

export function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? "scalar" : `[${shape.join(", ")}]`;
}

/** Seconds as a person says them: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

export function formatRate(stepsPerSecond: number): string {
  if (!Number.isFinite(stepsPerSecond) || stepsPerSecond <= 0) return "–";
  return stepsPerSecond >= 100 ? `${formatCount(stepsPerSecond)}/s` : `${formatNumber(stepsPerSecond, 3)}/s`;
}

function groupThousands(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
