/** What JSON leaves as it is, and YAML readers take for a line break or refuse; a newline ends our own lines. */
const UNREADABLE = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;

/** A YAML text with escapes for what readers disagree on. It must stand in double quotes alone. */
export function escapeUnreadable(yaml: string): string {
  return yaml.replace(UNREADABLE, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}
