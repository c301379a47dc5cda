import kafkajs, { type PartitionAssigner } from 'kafkajs';
import { type Claim, assignSticky } from './sticky-assignment.ts';

/** Members of a group must share an assigner: another way to share out needs another name, and both offered while versions mix. */
const NAME = 'understudy-sticky-1';
const VERSION = 0;

/** For one topic. `claim` is asked at each join: what this member would like to keep. */
export function stickyAssigner(topic: string, claim: () => Claim): PartitionAssigner {
  const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;
  return ({ cluster }) => ({
    name: NAME,
    version: VERSION,
    protocol: ({ topics }) => ({ name: NAME, metadata: MemberMetadata.encode({ version: VERSION, topics, userData: Buffer.from(JSON.stringify(claim())) }) }),
    async assign({ members }) {
      const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
      const assigned = assignSticky(partitions, members.map(({ memberId, memberMetadata }) => ({ id: memberId, ...claimOf(memberId, memberMetadata) })));
      return [...assigned].map(([memberId, mine]) => ({ memberId, memberAssignment: MemberAssignment.encode({ version: VERSION, assignment: { [topic]: [...mine] }, userData: Buffer.alloc(0) }) }));
    },
  });
}

/** What cannot be read claims nothing: one member must not keep the others from sharing. `memberId` stands for a process that does not name itself. */
export function claimOf(memberId: string, memberMetadata: Buffer): Claim {
  try {
    const userData = kafkajs.AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData;
    const claim: unknown = JSON.parse(userData?.toString('utf8') ?? '');
    return isClaim(claim) ? claim : noClaim(memberId);
  } catch {
    return noClaim(memberId);
  }
}

function noClaim(memberId: string): Claim {
  return { owned: [], confirmedAtMs: 0, process: memberId, attempt: 0 };
}

function isClaim(value: unknown): value is Claim {
  if (typeof value !== 'object' || value === null || !('owned' in value) || !('confirmedAtMs' in value) || !('process' in value) || !('attempt' in value)) return false;
  return Array.isArray(value.owned) && value.owned.every(Number.isInteger) && Number.isFinite(value.confirmedAtMs) && typeof value.process === 'string' && Number.isInteger(value.attempt);
}
