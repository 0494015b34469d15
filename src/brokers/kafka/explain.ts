import { Failure } from '../../diagnostics/failure.ts';
import type { Operation } from './rights.ts';

/** What Kafka said of one thing that it was asked for: its code, 0 for well done, and its own words. `isUnsure`: it may be done all the same. */
export type Answer = { readonly code: number; readonly text?: string; readonly isUnsure?: boolean };

/** The codes of Kafka's protocol that msgctl tells apart. */
export const CODES = {
  ok: 0,
  unknownTopic: 3,
  leaderNotAvailable: 5,
  notLeader: 6,
  timedOut: 7,
  coordinatorLoading: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  topicNotAllowed: 29,
  groupNotAllowed: 30,
  clusterNotAllowed: 31,
  notOffered: 35,
  topicExists: 36,
  notController: 41,
  securityDisabled: 54,
  moving: 60,
  noSuchGroup: 69,
  noSuchTopicId: 100,
} as const;

const SENTENCES: Readonly<Record<number, string>> = {
  [CODES.unknownTopic]: 'The topic is not there any more.',
  [CODES.leaderNotAvailable]: 'No broker leads the topic at the moment. Try again.',
  [CODES.notLeader]: 'Another broker leads the topic now. Try again.',
  [CODES.timedOut]: 'Kafka did not finish in time; it may still do so.',
  [CODES.coordinatorLoading]: 'The broker that keeps it is still loading it.',
  [CODES.coordinatorNotAvailable]: 'No broker keeps some of them at the moment.',
  [CODES.notCoordinator]: 'Another broker keeps it now.',
  17: 'Kafka takes no topic of this name.',
  [CODES.topicNotAllowed]: 'The user that msgctl logs in as lacks the rights for this topic.',
  [CODES.groupNotAllowed]: 'The user that msgctl logs in as lacks the rights for this consumer group.',
  [CODES.clusterNotAllowed]: 'The user that msgctl logs in as lacks the rights for this on the cluster.',
  [CODES.notOffered]: 'The brokers do not offer the request that this takes.',
  [CODES.topicExists]: 'A topic of this name has been made meanwhile. Plan again.',
  37: 'Kafka does not take this number of partitions.',
  38: 'Kafka does not take this number of replicas: there must be as many brokers.',
  40: 'Kafka does not take one of the configs.',
  [CODES.notController]: 'The cluster is choosing another controller. Try again.',
  44: "A policy of the cluster's operators forbids it.",
  [CODES.moving]: 'The replicas of the topic are being moved already. Try again when that has ended.',
  73: 'The cluster is set to delete no topics (delete.topic.enable).',
  87: 'Kafka does not take the record.',
  89: 'The quota for such changes is used up for now. Try again later.',
};

/** Which right is missing, as kafka-acls.sh calls it; a full sentence. `on`: what it is missing on, in words. */
export function lacksRight(operation: Operation, on: string): string {
  return `The user that msgctl logs in as lacks the right ${operation} on ${on}.`;
}

const UNSURE =
  'The cluster chose another controller meanwhile, so whether the topic was made is not known; provision again, which finishes it.';

/** Old brokers can only replace all configs at once, which would lose those of others. */
export const NO_SINGLE_CONFIGS =
  'This broker is older than Kafka 2.3 and cannot change one config without replacing them all. Change it by hand.';

/** Why Kafka did not do something: a sentence for people, followed by its own words where it gave any. */
export function explain({ code, text, isUnsure }: Answer): string {
  if (isUnsure) return UNSURE;
  const sentence = Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : `Kafka refused it with its error ${code}.`;
  const own = text?.trim().replace(/\.$/, '');
  return own ? `${sentence} Kafka says: "${own}".` : `${sentence}`;
}

/** The same as Kafka's protocol has it, for `--verbose`. */
export function rawAnswer({ code, text }: Answer): string {
  return text ? `error ${code}: ${text}` : `error ${code}`;
}

/** Nothing can be said of a topic whose configs may not be read. */
export function notReadable(topic: string, reason: string, transport?: string): Failure {
  const where = transport === undefined ? 'Kafka' : `Transport "${transport}"`;
  return new Failure('right-missing', {
    message: `${where}: the configs of topic "${topic}" may not be read. ${reason}`,
    why: 'Without them msgctl cannot tell what differs. Nothing was changed.',
    advice: 'Give the user that msgctl logs in as the right DescribeConfigs on it.',
  });
}
