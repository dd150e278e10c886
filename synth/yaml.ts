import { Document, type Scalar, visit } from 'yaml';
import { escapeUnreadable } from '../lib/kubernetes/yaml-text';

/** As cdk8s prints: quotes what YAML 1.1 reads as something else than text, and never folds a line. */
const OPTIONS = { keepUndefined: true, lineWidth: 0, version: '1.1' } as const;

/**
 * What Go's YAML reader takes for a number and YAML 1.1 does not, `0o17`, `0X1F`, `+_1`, `0b-1`; and for a merge key.
 * Quotes around what is a number to no reader do no harm.
 */
const LOOKS_LIKE_NUMBER = /^[-+._]*[0-9][-+.:_0-9a-fxo]*$/i;
const MERGE_KEY = '<<';
/** What YAML readers take for a line break, or do not read at all, other than in double quotes with an escape. */
const NEEDS_ESCAPE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;

/** The objects as YAML documents that mean the same to readers of YAML 1.1, of YAML 1.2 and to Go's. */
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
