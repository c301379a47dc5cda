/** Standard normal distribution. */
const SQRT_2PI = Math.sqrt(2 * Math.PI);

/** Φ(z), absolute error below 1e-15: series near 0, continued fraction in the tails. */
export function normalCdf(z: number): number {
  if (z === Number.POSITIVE_INFINITY) return 1;
  if (z === Number.NEGATIVE_INFINITY) return 0;
  const x = Math.abs(z);
  const upper = x < 3.5 ? 0.5 - series(x) : (Math.exp(-x * x / 2) / SQRT_2PI) * fraction(x);
  return z < 0 ? upper : 1 - upper;
}

/** Φ(x) − 1/2 by the Taylor series of Marsaglia (2004). */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return (sum * Math.exp(-x * x / 2)) / SQRT_2PI;
}

/** Mills ratio (1 − Φ)/φ by Laplace's continued fraction. */
function fraction(x: number): number {
  let tail = x;
  for (let n = 100; n >= 1; n--) tail = x + n / tail;
  return 1 / tail;
}

/** Φ⁻¹(p) for p in (0, 1): bisection on `normalCdf`, to the last bit; used for constants only. */
export function normalQuantile(p: number): number {
  let low = -40;
  let high = 40;
  for (let step = 0; step < 200 && high - low > 0; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
