/**
 * Nominal types: two strings that must never be mixed get two brands.
 *
 * A brand is made only by a `parse` function beside its definition; an `as` anywhere else is a defect.
 */
declare const brand: unique symbol;

/** `T`, told apart from every other `T` by `Name`. Costs nothing at run time. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
