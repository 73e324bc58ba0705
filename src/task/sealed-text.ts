/** What a secret begins with that is sealed: how it lies in the database and is shown. */
export const SEALED = "hyoshi:sealed:1:";
