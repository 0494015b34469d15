/** What the user that msgctl logs in as may do, as Kafka tells it: a bit for each operation. */

/** The operations of Kafka's access rules that msgctl needs, by their number in the protocol. */
const OPERATIONS = { Read: 3, Write: 4, Create: 5, Delete: 6, Alter: 7, Describe: 8, DescribeConfigs: 10, AlterConfigs: 11 } as const;

/** One of them, as kafka-acls.sh calls it. */
export type Operation = keyof typeof OPERATIONS;

/** What brokers answer that are not asked for rights, or do not tell them. */
const UNKNOWN = -2_147_483_648;

/** Whether some rights hold an operation; what is not told is not missing. */
export function mayDo(rights: number | undefined, operation: Operation): boolean {
  return rights === undefined || rights === UNKNOWN || (rights & (1 << OPERATIONS[operation])) !== 0;
}

/** The operations of these that some rights do not hold. */
export function lacking(rights: number | undefined, operations: readonly Operation[]): readonly Operation[] {
  return operations.filter((operation) => !mayDo(rights, operation));
}
