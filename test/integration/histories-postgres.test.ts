import { itSurvivesHistories } from "../support/histories.ts";

itSurvivesHistories("PostgreSQL");
