/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = /^([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$/;
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The number that a Kubernetes quantity stands for, or nothing if it is not a quantity. */
export function quantityValue(quantity: unknown): number | undefined {
  const [, digits, suffix = ''] = typeof quantity === 'string' ? (QUANTITY.exec(quantity) ?? []) : [];
  if (digits === undefined) return undefined;
  if (BINARY.includes(suffix)) return Number(digits) * 1024 ** BINARY.indexOf(suffix);
  if (DECIMAL.includes(suffix)) return Number(digits) * 1000 ** (DECIMAL.indexOf(suffix) - DECIMAL.indexOf(''));
  return Number(`${digits}${suffix}`);
}
