import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useProblemText } from "../i18n/problem-messages.ts";
import { problemOf } from "../services/problem.ts";
import { useComponentMessages } from "./messages.ts";
import { StateGlyph } from "./state-glyph.tsx";

interface Props {
  error: unknown;
  /** What was tried: "The runs could not be read." */
  what?: string;
  onRetry?: () => void;
}

/** Codes whose detail says more than our sentence: a place, a name, a number for the log. */
const telling = new Set([
  "client_error",
  "forbidden",
  "internal",
  "invalid",
  "no_answer",
  "strange_answer",
  "too_many_attempts",
]);

/** Says what failed and what to try, where the answer would have stood. */
export function ProblemView({ error, what, onRetry }: Props) {
  const problemText = useProblemText();
  const m = useComponentMessages();
  const problem = problemOf(error);
  const text = problemText(problem);
  return (
    <Alert
      role="alert"
      severity="error"
      icon={<StateGlyph state="failed" size={16} />}
      action={
        onRetry && (
          <Button variant="text" color="inherit" onClick={onRetry}>
            {m.tryAgain}
          </Button>
        )
      }
    >
      {what && <Box sx={{ fontWeight: 600 }}>{what}</Box>}
      {text}
      {text !== problem.detail && telling.has(problem.code) && (
        <Box sx={{ color: "text.secondary", fontSize: 12.5, overflowWrap: "anywhere" }}>{problem.detail}</Box>
      )}
    </Alert>
  );
}
