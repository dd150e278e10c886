import { Document, type Scalar, visit } from 'yaml';
import { escapeUnreadable } from '../lib/kubernetes/yaml-text';

/** The same options as cdk8s: they quote what YAML 1.1 would not read as text, and never fold a line. */
const OPTIONS = { keepUndefined: true, lineWidth: 0, version: '1.1' } as const;

/**
 * Texts that Go's YAML reader, unlike YAML 1.1, reads as a number (`0o17`, `0X1F`, `+_1`, `0b-1`) or a merge key. It
 * may match more, as unneeded quotes are harmless.
 */
const LOOKS_LIKE_NUMBER = /^[-+._]*[0-9][-+.:_0-9a-fxo]*$/i;
const MERGE_KEY = '<<';
/** Characters that YAML readers take for a line break or refuse, unless they are escaped in double quotes. */
const NEEDS_ESCAPE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;

/** The objects as YAML documents that readers of YAML 1.1, readers of YAML 1.2 and Go read the same. */
export function toYaml(objects: readonly object[]): string {
  return objects.map(documentText).join('---\n');
}

function documentText(object: object): string {
  const document = new Document(object, OPTIONS);
  let hasEscapes = false;
  visit(document, {
    Scalar: (_, scalar: Scalar) => {
      if (typeof scalar.value !== 'string') return;
      const needsEscape = NEEDS_ESCAPE.test(scalar.value.replaceAll('\n', ''));
      if (needsEscape || scalar.value === MERGE_KEY || LOOKS_LIKE_NUMBER.test(scalar.value)) {
        scalar.type = 'QUOTE_DOUBLE';
      }
      hasEscapes ||= needsEscape;
    },
  });
  const text = document.toString(OPTIONS);
  return hasEscapes ? escapeUnreadable(text) : text;
}
