// `unit` and `processes` need Node alone, `e2e` needs the real components that __tests__/e2e/tools installs.
// `processes` are the tests that start programs, or try thousands of texts, which take most of the time: without them the
// rest is done in seconds.
const PROCESSES = [
  'cli/check',
  'cli/init',
  'cli/seal/.*',
  'dist',
  'docs/blocks',
  'docs/commands',
  'docs/programs',
  'examples',
  'no-credential',
  'regular-expressions',
  'scripts/.*',
  'synth/app',
  'values/free-texts',
  'values/password-in-messages',
  'values/registry/git',
  'values/time',
].map((name) => `/__tests__/${name}\\.test\\.ts$`);

const common = {
  rootDir: __dirname,
  testEnvironment: 'node',
  globalSetup: '<rootDir>/__tests__/support/build-programs.ts',
  globalTeardown: '<rootDir>/__tests__/support/remove-programs.ts',
  setupFiles: ['<rootDir>/__tests__/support/environment.ts'],
  // as in tsconfig.json
  moduleNameMapper: { '^primehub-image-registries$': '<rootDir>/lib' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  snapshotFormat: { escapeString: false, printBasicPrototype: false },
};

module.exports = {
  // so long that a busy machine fails no test; suites that need more say so
  testTimeout: 60_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/e2e/', ...PROCESSES],
    },
    { ...common, displayName: 'processes', testRegex: PROCESSES },
    {
      ...common,
      displayName: 'e2e',
      globalSetup: '<rootDir>/__tests__/e2e/support/build-package.ts',
      testMatch: ['<rootDir>/__tests__/e2e/**/*.test.ts'],
    },
  ],
};
