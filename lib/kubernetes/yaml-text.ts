/**
 * Characters that JSON does not escape, but that YAML readers refuse or read as line breaks. A newline is not among
 * them, as it ends our own lines.
 */
const UNREADABLE = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;

/** A YAML text with escapes for the characters on which readers disagree. They may appear only inside double quotes. */
export function escapeUnreadable(yaml: string): string {
  return yaml.replace(UNREADABLE, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}
