import { holdsToken } from '../../lib/redact';
import { ValuePath } from '../../lib/validation';
import { FileReport } from '../report/file-report';
import { schemaAt } from './json-schema';

const PASSWORD = 'registryPassword';
/** `$PASSWORD` is a variable; `$app` and `robot$x` are user names of real registries. */
const WHOLE_VARIABLE = /^(?:\$[A-Z_][A-Z0-9_]*|\$\{[^{}]*\}|\$\([^()]*\)|%[A-Za-z_][A-Za-z0-9_]*%|\$?\{\{.*\}\})$/s;
const VARIABLE_INSIDE = /\$\{[A-Za-z_][A-Za-z0-9_]*\}|\{\{[^{}]*\}\}/;

/** Whether a text looks like a variable or template that a shell, a CI system or a template engine should expand. */
export function isVariable(text: string): boolean {
  return WHOLE_VARIABLE.test(text.trim());
}

/** Reports tokens, which would be committed, and variables, which nothing expands, in any text of a values file. */
export function reportCommittedTexts(value: unknown, report: FileReport, path: ValuePath = []): void {
  // Unknown keys are reported elsewhere, and their values may contain themselves.
  if (report.isFull || schemaAt(path) === undefined) return;
  if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      // A ciphertext may contain any text, and has its own check.
      if (key === 'encryptedData') continue;
      if (!Array.isArray(value) && holdsToken(key)) reportToken([...path, key], report);
      else reportCommittedTexts(member, report, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }
  if (typeof value !== 'string' || hasOwnMessage(path)) return;
  const isPassword = path.includes(PASSWORD);
  if (!isPassword && holdsToken(value)) reportToken(path, report);
  // Annotations may be templates for another program.
  if (path.includes('annotations')) return;
  if (isVariable(value) || (!isPassword && VARIABLE_INSIDE.test(value))) {
    const instead = isPassword
      ? 'to read an environment variable, use `registryPasswordFrom: { env: NAME }`'
      : 'write the value itself';
    report.problem(path, 'placeholder', `variables and templates are not expanded in a values file: ${instead}`);
  }
}

/** Keys that name the place of a credential have their own message for a credential in its place. */
function hasOwnMessage(path: ValuePath): boolean {
  const key = path[path.length - 1];
  return key === 'accessKeySecret' || (path[1] === 'registryPasswordFrom' && (key === 'env' || key === 'file'));
}

function reportToken(path: ValuePath, report: FileReport): void {
  const message =
    'this contains an access token or a key, which would be committed: keep it in the place that registryPasswordFrom names';
  report.problem(path, 'credential', message);
}
