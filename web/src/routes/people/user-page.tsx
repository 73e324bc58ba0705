import Box from "@mui/material/Box";
import { useParams } from "react-router-dom";
import { LoadingPage } from "../../components/loading-page.tsx";
import { ProblemView } from "../../components/problem-view.tsx";
import { useUser } from "../../services/people.ts";
import { usePeopleMessages } from "./messages.ts";
import { UserForm } from "./user-form.tsx";

/** `/users/new` makes one. */
export default function UserPage() {
  const m = usePeopleMessages();
  const { id } = useParams();
  const number = id === "new" ? undefined : Number(id);
  const { data, error, refetch } = useUser(number);
  if (error && !data) {
    return (
      <Box sx={{ pt: 2 }}>
        <ProblemView error={error} what={m.readFailed} onRetry={() => void refetch()} />
      </Box>
    );
  }
  if (number !== undefined && !data) return <LoadingPage />;
  return <UserForm key={id} user={data} />;
}
