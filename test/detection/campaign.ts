import { activeStream, falseAlarmTimes, meanText, SCENE, samplingTable, samplingText } from './active-sampling.ts';
import { delayTable, delayText, delayWithBaseline } from './detection-delay.ts';
import { compare, equalInformationText } from './equal-information.ts';
import { seededRandom } from './random.ts';
import { failovers } from './recovery.ts';
import { bernoulliStream, meanRunLength, NORMAL_CUTS, quantileStream } from './streams.ts';

/**
 * The long form of the detection tests: `node test/detection/campaign.ts [factor]`. Factor 1 takes some minutes; figures get as much better as its square root.
 */
const factor = Number(process.argv[2] ?? 1);
const runs = (count: number): number => Math.max(20, Math.round(count * factor));

console.log('# mean time to a false alarm at the null, A = 1e5');
for (const m of [0.01, 0.02, 0.05, 0.2]) {
  const random = seededRandom(100);
  const { mean, standardError } = meanRunLength(() => bernoulliStream(random, m, m), 1e5, runs(200));
  console.log(`failures, m = ${m}: ${Math.round(mean)} ± ${Math.round(standardError)}`);
}
const random = seededRandom(101);
const numbers = meanRunLength(() => quantileStream(NORMAL_CUTS, () => random.normal()), 1e5, runs(100));
console.log(`numbers: ${Math.round(numbers.mean)} ± ${Math.round(numbers.standardError)}`);

console.log('\n# delay at A = 1e5');
for (const row of delayTable(102, runs(8_000))) console.log(delayText(row));
for (const calls of [200, 500, 1_000, 2_000, 5_000, 20_000]) console.log(delayText(delayWithBaseline(103, runs(2_000), calls, 0.01)));

console.log('\n# failovers per million calls, m = p_rec = .03, A = 1e5');
const calls = Math.round(30e6 * factor);
for (const rate of [0.005, 0.01, 0.015, 0.02, 0.025, 0.026, 0.028, 0.03, 0.035, 0.04, 0.05, 0.08, 0.1, 0.2]) {
  const found = failovers(seededRandom(104), { m: 0.03, threshold: 1e5, alpha: 0.01, probeShare: 0.05, holdDownCalls: 300 }, rate, calls);
  console.log(`p = ${rate}: ${((found * 1e6) / calls).toFixed(3)}`);
}

console.log('\n# equal information: the same healthy calls for everybody, then .02 → the rates named; rivals calibrated to no more false alarms in 5,000 healthy calls');
for (const learningCalls of [500, 2_000, 5_000]) {
  const changedRates = [0.1, 0.05, 0.03];
  console.log(`${learningCalls} healthy calls first`);
  for (const row of compare(105, { healthyRate: 0.02, changedRates, learningCalls, healthyCalls: 5_000, mostCalls: 20_000, runs: runs(300) })) console.log(`  ${equalInformationText(row, changedRates)}`);
}

console.log('\n# judged sample, 2 % → 10 %, A = 1e5; judge of sensitivity .8 and specificity .9; heuristics of sensitivity .6 and false-positive rate .03');
for (const budget of [0.1, 0.05, 0.02]) console.log(samplingText(`budget ${budget}`, samplingTable(106, runs(2_000), { ...SCENE, budget }, 1e5)));
const perfect = { ...SCENE, judge: { sensitivity: 1, specificity: 1 } };
console.log(samplingText('a judge that never errs, budget 0.1', samplingTable(107, runs(2_000), perfect, 1e5)));
for (const [sensitivity, falsePositive] of [[0.8, 0.02], [0.4, 0.1], [0.03, 0.03]] as const) {
  console.log(samplingText(`heuristics of sensitivity ${sensitivity}, false-positive rate ${falsePositive}`, samplingTable(108, runs(1_000), { ...SCENE, heuristic: { sensitivity, falsePositive } }, 1e5)));
}
const judged = seededRandom(109);
for (const baselineCalls of [500, 2_000, 10_000]) {
  for (const test of ['alerting', 'switching'] as const) console.log(`null from ${baselineCalls} judged calls, ${test}: ${meanText(meanRunLength(() => activeStream(judged, SCENE, SCENE.degraded, { test, baselineCalls }), 1e5, runs(1_000), 100_000))}`);
}
const quiet = falseAlarmTimes(110, runs(300), SCENE, 1e5, 5e5);
console.log(`mean time to a false alarm, runs cut at 5e5: active ${meanText(quiet.active)}, uniform ${meanText(quiet.uniform)}`);
console.log(`the same with verdicts that come every 500 calls: ${meanText(falseAlarmTimes(111, runs(100), SCENE, 1e5, 5e5, 500).active)}`);
