/** The names of Celery's keys in a Redis result backend. */
export interface ResultKeys {
  /** A run's record, and the channel on which it is published. */
  result(id: string): string;
  /** A saved group; a chord's counters are named after it. */
  group(groupId: string): string;
}

/** Celery puts an underscore behind a prefix that does not end in one of its own separators. */
export function resultKeys(prefix = ""): ResultKeys {
  const before = prefix === "" || /[:_.-]$/.test(prefix) ? prefix : `${prefix}_`;
  return {
    result: (id) => `${before}celery-task-meta-${id}`,
    group: (groupId) => `${before}celery-taskset-meta-${groupId}`,
  };
}
