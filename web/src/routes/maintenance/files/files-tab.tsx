import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { type ReactNode, useId } from "react";
import { exportUrl, type FileFormat } from "../../../services/project-files.ts";
import { useMaintenanceMessages } from "../messages.ts";
import { ImportPart } from "./import-part.tsx";

const formats: readonly { format: FileFormat; label: string }[] = [
  { format: "yaml", label: "YAML" },
  { format: "json", label: "JSON" },
];

/** Everything that people have set, as a file: out and in. */
export function FilesTab() {
  const m = useMaintenanceMessages().files;
  const day = new Date().toISOString().slice(0, 10);
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 4, maxWidth: 860 }}>
      <Section title={m.export} text={m.exportText}>
        <Box sx={{ display: "flex", gap: 1 }}>
          {formats.map(({ format, label }) => (
            <Button key={format} component="a" href={exportUrl(format)} download={`hyoshi-${day}.${format}`}>
              {m.download(label)}
            </Button>
          ))}
        </Box>
      </Section>
      <Section title={m.import} text={m.importText}>
        <ImportPart />
      </Section>
    </Box>
  );
}

function Section({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Box component="h2" id={id} sx={{ m: 0, typography: "h2" }}>
        {title}
      </Box>
      <Box sx={{ color: "text.secondary", mb: 1.5, textWrap: "pretty" }}>{text}</Box>
      {children}
    </section>
  );
}
