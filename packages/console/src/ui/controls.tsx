/** The parts that screens are made of: buttons, fields, notices. Each names itself to assistive technology; none holds data. */
import { type ComponentProps, type ReactNode, useId } from "react";
import type { Refused } from "../api/ask.ts";
import { problemText, useWords } from "../words/words.ts";

type ButtonLook = "primary" | "plain" | "quiet" | "danger";

export function Button({
  look = "plain",
  className = "",
  ...rest
}: ComponentProps<"button"> & { readonly look?: ButtonLook }) {
  return <button type="button" {...rest} className={`button button-${look} ${className}`} />;
}

export interface FieldWords {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

/** A labelled control with its hint and error tied to it. */
export function Field({
  label,
  hint,
  error,
  children,
}: FieldWords & {
  readonly children: (ids: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": boolean;
  }) => ReactNode;
}) {
  const id = useId();
  const described = [hint !== undefined ? `${id}-hint` : "", error !== undefined ? `${id}-error` : ""].filter(
    (one) => one !== "",
  );
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({
        id,
        "aria-describedby": described.length === 0 ? undefined : described.join(" "),
        "aria-invalid": error !== undefined,
      })}
      {error !== undefined && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

export function TextField({ label, hint, error, ...rest }: FieldWords & Omit<ComponentProps<"input">, "id">) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <input type="text" autoComplete="off" spellCheck={false} {...rest} {...ids} />}
    </Field>
  );
}

export function SelectField({
  label,
  hint,
  error,
  options,
  ...rest
}: FieldWords &
  Omit<ComponentProps<"select">, "id"> & { readonly options: readonly (readonly [string, string])[] }) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <select {...rest} {...ids}>
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export type Tone = "calm" | "good" | "warning" | "bad";

export function Notice({
  tone = "calm",
  title,
  children,
}: {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className={`notice notice-${tone}`} role={tone === "bad" ? "alert" : "status"}>
      {title !== undefined && <p className="notice-title">{title}</p>}
      {children}
    </div>
  );
}

/** A refusal in words that say what to do, with the rules that decided. */
export function Refusal({ refused }: { readonly refused: Refused | undefined }) {
  const words = useWords();
  if (refused === undefined) return null;
  return (
    <Notice tone="bad">
      <p>{problemText(words, refused)}</p>
      {refused.because.length > 0 && (
        <p className="hint">{words.problemPolicies(refused.because.join(", "))}</p>
      )}
    </Notice>
  );
}

export function Badge({ tone = "calm", children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children !== undefined && <p className="hint">{children}</p>}
    </div>
  );
}

export function PageHead({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead?: string;
  readonly children?: ReactNode;
}) {
  return (
    <header className="page-head">
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        {lead !== undefined && <p className="lead">{lead}</p>}
      </div>
      {children !== undefined && <div className="page-actions">{children}</div>}
    </header>
  );
}

/** The head of a column; one of figures stands over their right ends. */
export type Column = string | { readonly figure: string };

export function Table({
  caption,
  columns,
  children,
}: {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly children: ReactNode;
}) {
  return (
    // A wide table scrolls by keyboard too.
    <div className="table-scroll" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => {
              const isFigure = typeof column !== "string";
              const name = isFigure ? column.figure : column;
              return (
                <th key={name} scope="col" className={isFigure ? "cell-figure" : undefined}>
                  {name}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
