import Button from "@mui/material/Button";
import { Link } from "react-router-dom";
import { EmptyState } from "../components/empty-state.tsx";
import { useFrameMessages } from "./messages.ts";

export function NotFound() {
  const m = useFrameMessages();
  return (
    <EmptyState
      title={m.notFound.title}
      action={
        <Button component={Link} to="/">
          {m.notFound.action}
        </Button>
      }
    >
      {m.notFound.text}
    </EmptyState>
  );
}
