import { builtinModules } from 'node:module';
import boundaries from 'eslint-plugin-boundaries';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const HOSTLESS = 'core runs without a host, and only its database knows sql.js.';

/** The folders of the architecture, each with what it may import beside itself. */
const mayImport = {
  shared: [],
  'core-ports': ['shared'],
  'core-database': ['shared', 'core-ports'],
  'core-importers': ['shared'],
  'core-repositories': ['shared', 'core-ports', 'core-database'],
  'core-services': ['shared', 'core-ports', 'core-database', 'core-repositories', 'core-importers'],
  'core-channels': ['shared', 'core-ports', 'core-services'],
  core: [
    'shared',
    'core-ports',
    'core-database',
    'core-importers',
    'core-repositories',
    'core-services',
    'core-channels',
  ],
  store: ['shared'],
  host: ['shared', 'core', 'core-database', 'core-ports', 'store'],
  main: ['shared', 'core', 'host'],
  server: ['shared', 'core', 'host'],
  cli: ['shared', 'core', 'core-importers', 'core-services', 'host'],
  launch: ['shared'],
  'renderer-api': ['shared'],
  'renderer-errors': ['shared', 'renderer-api'],
  'renderer-state': ['shared', 'renderer-api', 'renderer-errors'],
  'renderer-ui': ['shared'],
  'renderer-feature': [
    'shared',
    'renderer-api',
    'renderer-errors',
    'renderer-state',
    'renderer-ui',
  ],
  'renderer-views': [
    'shared',
    'renderer-api',
    'renderer-errors',
    'renderer-state',
    'renderer-ui',
    'renderer-feature',
  ],
  renderer: [
    'shared',
    'renderer-api',
    'renderer-errors',
    'renderer-state',
    'renderer-ui',
    'renderer-feature',
    'renderer-views',
  ],
};

export default ts.config(
  { ignores: ['.vite/', 'out/', 'node_modules/', 'coverage/'] },
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.node, ...globals.browser },
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      'svelte/button-has-type': 'error',
      // State is replaced as a whole ($state.raw), so nobody waits for a Map or a Set to change inside.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    // To ESLint whatever a component hands to a callback or a snippet is any; svelte-check knows the types.
    files: ['**/*.svelte'],
    rules: Object.fromEntries(
      ['argument', 'assignment', 'call', 'member-access', 'return'].map((use) => [
        `@typescript-eslint/no-unsafe-${use}`,
        'off',
      ]),
    ),
  },
  { files: ['**/*.js', '**/*.cjs'], extends: [ts.configs.disableTypeChecked] },
  {
    files: ['src/**'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.js', '.svelte'] } },
      'boundaries/elements': [
        ...['ports', 'database', 'importers', 'repositories', 'services', 'channels'].map(
          (part) => ({
            type: `core-${part}`,
            pattern: `src/core/${part}`,
          }),
        ),
        ...['api', 'errors', 'state', 'ui', 'views'].map((part) => ({
          type: `renderer-${part}`,
          pattern: `src/renderer/${part}`,
        })),
        { type: 'renderer-feature', pattern: 'src/renderer/features/*', capture: ['domain'] },
        ...['shared', 'core', 'store', 'host', 'main', 'server', 'cli', 'launch', 'renderer'].map(
          (type) => ({ type, pattern: `src/${type}` }),
        ),
      ],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: Object.entries(mayImport).flatMap(([from, others]) => [
            {
              from: { element: { type: from } },
              allow: { to: { element: { type: others } } },
            },
            {
              from: { element: { type: from } },
              allow: {
                to: {
                  element:
                    from === 'renderer-feature'
                      ? { type: from, captured: { domain: '{{ from.element.captured.domain }}' } }
                      : { type: from },
                },
              },
            },
          ]),
        },
      ],
    },
  },
  restrictImports(['src/shared/**'], {
    patterns: [{ regex: '^(?!\\.|valibot$)', message: 'shared runs anywhere: valibot only.' }],
  }),
  restrictImports(['src/core/**'], {
    patterns: [
      {
        regex: `^(node:|electron$|svelte|sql\\.js|(${builtinModules.join('|')})$)`,
        message: HOSTLESS,
      },
    ],
  }),
  restrictImports(['src/core/database/**'], {
    patterns: [
      { regex: `^(node:|electron$|svelte|(${builtinModules.join('|')})$)`, message: HOSTLESS },
    ],
  }),
  {
    files: ['src/core/**', 'src/shared/**'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'document', 'window', 'require'],
      'no-restricted-syntax': [
        'error',
        { selector: 'ImportExpression', message: 'A dynamic import escapes the import rule.' },
      ],
    },
  },
  restrictImports(['src/store/**', 'src/launch/**'], {
    patterns: [{ regex: '^(?!\\.|node:|vite$)', message: 'node builtins only.' }],
  }),
  restrictImports(['src/main/preload.ts'], {
    patterns: [
      { regex: '^(?!\\.\\./shared/|electron$)', message: 'the preload is transport only.' },
    ],
  }),
  restrictImports(['src/renderer/**'], {
    patterns: [{ regex: '^(node:|electron$|sql\\.js)', message: 'the renderer runs in a page.' }],
  }),
  { files: ['src/launch/**', 'src/cli/**', 'test/**'], rules: { 'no-console': 'off' } },
);

function restrictImports(files, options) {
  return { files, rules: { 'no-restricted-imports': ['error', options] } };
}
