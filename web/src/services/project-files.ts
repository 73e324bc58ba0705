import { api, apiUrl } from "./api.ts";
import { queryClient } from "./query-client.ts";
import type { ImportReport } from "./wire.ts";

export type FileFormat = "json" | "yaml";

/** Where the export is downloaded from; the browser sends the session with it. */
export const exportUrl = (format: FileFormat): string => apiUrl("export", { format });

export interface ImportFile {
  name: string;
  text: string;
  format: FileFormat;
}

/** Checks a file (`dryRun`) or takes it in. The server reads both formats; a text of either is sent as it is. */
export async function importFile(
  { text, format }: ImportFile,
  { dryRun, pauses }: { dryRun: boolean; pauses: boolean },
): Promise<ImportReport> {
  const report = await api.postText<ImportReport>("import", text, `application/${format}`, { dryRun, pauses });
  if (!dryRun) void queryClient.invalidateQueries();
  return report;
}
