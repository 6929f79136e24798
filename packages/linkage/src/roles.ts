// What a column means. A role is enough to start: it decides how values are folded, compared, blocked on and weighted.
// The names people give their columns are folded onto these roles; an unknown role is refused with the list.

import { LinkageFault } from "./fault.ts";

export const ROLES = [
  "given_name",
  "middle_name",
  "surname",
  "maiden_name",
  "full_name",
  "given_kana",
  "surname_kana",
  "full_kana",
  "birth_date",
  "birth_year",
  "birth_month",
  "birth_day",
  "sex",
  "postcode",
  "region",
  "place",
  "address",
  "number",
  "email",
  "phone",
  "identifier",
  "category",
  "text",
  "amount",
  "date",
  "range_start",
  "range_end",
  "id",
  "source",
  "truth",
  "ignore",
] as const;

export type Role = (typeof ROLES)[number];

const ALIASES: Readonly<Record<string, Role>> = {
  first_name: "given_name",
  firstname: "given_name",
  forename: "given_name",
  given: "given_name",
  givenname: "given_name",
  fname: "given_name",
  middle: "middle_name",
  last_name: "surname",
  lastname: "surname",
  family_name: "surname",
  family: "surname",
  lname: "surname",
  birth_name: "maiden_name",
  name: "full_name",
  fullname: "full_name",
  person_name: "full_name",
  given_name_kana: "given_kana",
  first_name_kana: "given_kana",
  kana_given: "given_kana",
  family_name_kana: "surname_kana",
  surname_kana_name: "surname_kana",
  kana_surname: "surname_kana",
  kana: "full_kana",
  name_kana: "full_kana",
  kana_name: "full_kana",
  given_name_kanji: "given_name",
  surname_kanji: "surname",
  kanji: "full_name",
  full_name_kana: "full_kana",
  dob: "birth_date",
  date_of_birth: "birth_date",
  birthdate: "birth_date",
  birthday: "birth_date",
  yob: "birth_year",
  year_of_birth: "birth_year",
  month_of_birth: "birth_month",
  day_of_birth: "birth_day",
  gender: "sex",
  postal_code: "postcode",
  post_code: "postcode",
  zip: "postcode",
  zipcode: "postcode",
  zip_code: "postcode",
  state: "region",
  prefecture: "region",
  pref: "region",
  county: "region",
  country: "region",
  city: "place",
  town: "place",
  suburb: "place",
  birth_place: "place",
  birthplace: "place",
  place_of_birth: "place",
  municipality: "place",
  street: "address",
  street_address: "address",
  address_line: "address",
  house_number: "number",
  street_number: "number",
  e_mail: "email",
  mail: "email",
  email_address: "email",
  telephone: "phone",
  phone_number: "phone",
  tel: "phone",
  mobile: "phone",
  national_id: "identifier",
  ssn: "identifier",
  soc_sec_id: "identifier",
  code: "identifier",
  occupation: "category",
  profession: "category",
  job: "category",
  type: "category",
  free_text: "text",
  description: "text",
  title: "text",
  memo: "text",
  price: "amount",
  value: "amount",
  year: "number",
  transaction_date: "date",
  day: "date",
  period_start: "range_start",
  start_date: "range_start",
  date_range_start: "range_start",
  from: "range_start",
  period_end: "range_end",
  end_date: "range_end",
  date_range_end: "range_end",
  to: "range_end",
  unique_id: "id",
  record_id: "id",
  rec_id: "id",
  source_dataset: "source",
  cluster: "truth",
  label: "truth",
  ground_truth: "truth",
};

const fold = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");

/** The role that a word means, or undefined. Accepts the canonical names and common column names. */
export function findRole(word: string): Role | undefined {
  const folded = fold(word);
  const exact = ROLES.find((role) => role === folded);
  return exact ?? (Object.hasOwn(ALIASES, folded) ? ALIASES[folded] : undefined);
}

/** The role that a word means; refuses unknown words with the list of roles. */
export function parseRole(word: string): Role {
  const role = findRole(word);
  if (role === undefined) {
    throw new LinkageFault("unknown-role", `"${word}" is not a role. Roles are: ${ROLES.join(", ")}.`);
  }
  return role;
}

/** Roles for columns by their names alone; columns with unknown names are ignored. */
export function guessRoles(columns: readonly string[]): Map<string, Role> {
  const roles = new Map<string, Role>();
  for (const column of columns) {
    const role = findRole(column) ?? findRole(column.replace(/_?\d+$/, ""));
    if (role !== undefined) roles.set(column, role);
  }
  return roles;
}
