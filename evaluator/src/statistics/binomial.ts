/** P(X ≤ events) for X ~ Binomial(calls, p), summed in logarithms. */
export function binomialCdf(events: number, calls: number, p: number): number {
  if (events >= calls || p <= 0) return 1;
  if (p >= 1) return 0;
  const logOdds = Math.log(p) - Math.log1p(-p);
  let logTerm = calls * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let x = 1; x <= events; x++) {
    logTerm += Math.log(calls - x + 1) - Math.log(x) + logOdds;
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}

/** Upper Clopper–Pearson bound: the p at which so few events have probability 1 − confidence. */
export function clopperPearsonUpper(events: number, calls: number, confidence: number): number {
  if (calls === 0 || events >= calls) return 1;
  let low = events / calls;
  let high = 1;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (binomialCdf(events, calls, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}
