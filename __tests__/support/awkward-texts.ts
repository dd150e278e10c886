import { Random } from './random';

/** Pieces that mean something in YAML: a comment, a key, a number, a line break. */
const PIECES = [
  ...['0', '1', '7', '9', '_', '+', '-', '.', ':', 'e', 'E', 'x', 'X', 'o', 'O', 'b', 'a', 'f', 'inf', 'nan', 'NaN'],
  ...['y', 'n', 'yes', 'No', 'on', 'OFF', 'true', 'null', '~', '<<', '=', '#', ' #', ': ', ', ', '- ', '? ', '| ', '>'],
  ...[
    '[',
    ']',
    '{',
    '}',
    '*',
    '&',
    '!',
    '!!',
    '%',
    '@',
    '`',
    '"',
    "'",
    '\\',
    ' ',
    '--- ',
    '...',
    '\u00e9',
    '\u4e2d',
    '\u{1f600}',
  ],
  ...['\u0085', '\u2028', '\u2029', '\u00a0', '\ufeff', '\u200b', '\u007f', '\t', '\n', '\u{e0041}'],
];

/** Texts on which YAML readers disagree, and many random texts. They are the same in every run. */
export function awkwardTexts(count: number): string[] {
  const random = new Random(20);
  const known = [
    '0o17',
    '0X1F',
    '0b-1',
    '0b+1',
    '+_1',
    '1__0',
    '1_000',
    '12:30',
    '2001-01-01',
    '<<',
    '=',
    '.5_',
    '-.inf',
    '08',
    '1e3',
    'a\u2028LD_PRELOAD: x',
  ];
  return [...new Set([...known, ...Array.from({ length: count }, () => random.text(PIECES, 6))])];
}
