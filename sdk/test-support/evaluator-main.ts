import { allTo, SigningEvaluator, snapshotOf } from './signing-evaluator.ts';

const evaluator = await SigningEvaluator.start();
let version = 0;
setInterval(() => {
  version += 1;
  evaluator.publish(snapshotOf({ answer: allTo('openai/spare') }, { version }));
}, 100);
process.send?.(evaluator.url);
process.on('disconnect', () => process.exit());
