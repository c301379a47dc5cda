/** The parts of the evaluator that can run as processes of their own. */
export const ROLE_NAMES = ['score', 'judge', 'archive', 'decide', 'controller', 'api'] as const;

export type RoleName = (typeof ROLE_NAMES)[number];
