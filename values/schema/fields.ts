import * as z from 'zod';

// Turns off the code that zod generates for each object, which pays off only after thousands of files.
z.config({ jitless: true });

/** A text field with the description that editors show. */
export const text = (description: string): z.ZodString => z.string().describe(description);

/** A mapping from text to text. */
export const textMap = (description: string): z.ZodRecord<z.ZodString, z.ZodString> =>
  z.record(z.string(), z.string()).describe(description);

/** A value in which any part may be missing. */
export type Partly<T> = T extends readonly (infer Item)[]
  ? readonly (Partly<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Partly<T[Key]> }
    : T;
