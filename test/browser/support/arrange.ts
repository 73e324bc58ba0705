import type { ApiClient } from "./api-client.ts";

export interface MadeTask {
  readonly id: number;
  readonly name: string;
}
export interface MadeRun {
  readonly id: string;
}

/** A periodic task through the API; without a schedule unless `more` gives some, so that nothing fires by itself. */
export function makeTask(api: ApiClient, name: string, task: string, more: object = {}): Promise<MadeTask> {
  return api.post<MadeTask>("periodic-tasks", { name, task, input: {}, schedules: [], ...more });
}

/** Runs a periodic task now. */
export function runNow(api: ApiClient, { id }: MadeTask, how: object = {}): Promise<MadeRun> {
  return api.post<MadeRun>(`periodic-tasks/${id}/runs`, how);
}

/** Sends a task by hand. */
export function send(api: ApiClient, task: string, input: object = {}): Promise<MadeRun> {
  return api.post<MadeRun>("runs", { task, input });
}

export const stateOf = async (api: ApiClient, { id }: MadeRun): Promise<string> =>
  (await api.get<{ state: string }>(`runs/${id}`)).state;
