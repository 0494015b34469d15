/** A consent that a step waits for (`--allow`). */
export type Approval = 'delete' | 'delete-log' | 'migrate' | 'access';
