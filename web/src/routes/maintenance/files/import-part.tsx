import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import { useRef, useState } from "react";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useToast } from "../../../components/toast.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { type ImportFile, importFile } from "../../../services/project-files.ts";
import type { ImportReport } from "../../../services/wire.ts";
import { useMaintenanceMessages } from "../messages.ts";
import { ImportReportView } from "./import-report-view.tsx";

const formatOf = (name: string) => (/\.ya?ml$/i.test(name) ? "yaml" : "json");

/** A file is compared as soon as it is chosen; only then can it be taken in. */
export function ImportPart() {
  const m = useMaintenanceMessages().files;
  const toast = useToast();
  const { number } = useFormat();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<ImportFile>();
  const [pauses, setPauses] = useState(false);
  const [report, setReport] = useState<ImportReport>();
  const [problem, setProblem] = useState<{ error: unknown; what: string }>();
  const [busy, setBusy] = useState<"check" | "import">();

  const send = async (wanted: ImportFile, options: { dryRun: boolean; pauses: boolean }) => {
    setBusy(options.dryRun ? "check" : "import");
    setProblem(undefined);
    try {
      setReport(await importFile(wanted, options));
      if (!options.dryRun) toast.say(m.applied);
    } catch (error) {
      setProblem({ error, what: options.dryRun ? m.checkFailed : m.importFailed });
      if (options.dryRun) setReport(undefined);
    } finally {
      setBusy(undefined);
    }
  };
  const take = async (chosen: File | undefined) => {
    if (!chosen) return;
    const read: ImportFile = { name: chosen.name, text: await chosen.text(), format: formatOf(chosen.name) };
    setFile(read);
    await send(read, { dryRun: true, pauses });
  };
  const changes = (report?.counts.imported ?? 0) + (report?.counts.changed ?? 0);
  return (
    <Box
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer.files[0]);
      }}
    >
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 1.5, rowGap: 0.5 }}>
        <Button onClick={() => input.current?.click()}>{file ? m.another : m.choose}</Button>
        <input
          ref={input}
          type="file"
          hidden
          accept=".json,.yaml,.yml,application/json,application/yaml"
          onChange={(event) => {
            void take(event.target.files?.[0]);
            // The same file, changed, can be chosen again.
            event.target.value = "";
          }}
        />
        <Box component="span" sx={{ color: "text.secondary" }}>
          {file ? file.name : m.drop}
        </Box>
        <FormControlLabel
          control={
            <Checkbox
              checked={pauses}
              onChange={(event) => {
                setPauses(event.target.checked);
                if (file && report?.dryRun) void send(file, { dryRun: true, pauses: event.target.checked });
              }}
            />
          }
          label={m.pauses}
        />
      </Box>
      <Box role="status" sx={{ color: "text.secondary", minHeight: 22 }}>
        {busy === "check" && m.checking}
      </Box>
      {problem && <ProblemView {...problem} />}
      {report && (
        <>
          <ImportReportView report={report} />
          {report.dryRun && file && changes > 0 && (
            <Button
              variant="contained"
              loading={busy === "import"}
              disabled={busy !== undefined}
              onClick={() => void send(file, { dryRun: false, pauses })}
              sx={{ mt: 2 }}
            >
              {m.apply(changes, number(changes))}
            </Button>
          )}
        </>
      )}
    </Box>
  );
}
