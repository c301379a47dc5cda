/** Consumer groups, one a role and topic it reads. */
export const SCORE_GROUP = 'score';
export const ARCHIVE_GROUP = 'archive';
export const DECIDE_GROUP = 'decide';
export const CONTROLLER_GROUP = 'controller';
export const JUDGE_GROUP = 'judge';
