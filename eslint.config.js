/**
 * Lint rules. Formatting is prettier's; the rooms and their reasons are in scripts/lint/rooms.mjs.
 * Types are read from tsconfig.check.json, which holds every TypeScript file.
 */
import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { roomBoundaries } from './scripts/lint/room-boundaries.mjs';

const ENVIRONMENT =
  'Only libs/platform reads the environment: take what you need from its configuration, so that every variable is described and checked once.';
const readsEnvironment = [
  { selector: "MemberExpression[object.name='process'][property.name='env']", message: ENVIRONMENT },
  { selector: "MemberExpression[object.name='process'][property.value='env']", message: ENVIRONMENT },
  { selector: "ImportDeclaration[source.value=/^(node:)?process$/] ImportSpecifier[imported.name='env']", message: ENVIRONMENT },
  { selector: "VariableDeclarator[init.name='process'] Property[key.name='env']", message: ENVIRONMENT },
];
const shapes = [
  { selector: 'ExportAllDeclaration', message: 'Index files list names: `export *` hides what a room offers.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of strings: it needs no import and reads the same at run time.' },
];
const defaultExports = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name: a default export has another name in each file that imports it.',
  },
];
/** The beginning of an SQL statement, in capitals or in small letters; `Select a trace from the list` is a sentence. */
const words = ['select\\s.+\\sfrom', 'insert\\s+into', 'update\\s.+\\sset', 'delete\\s+from', 'create\\s+table', 'truncate\\s'];
const capitals = words.map((text) => text.toUpperCase().replaceAll('\\S', '\\s'));
const STATEMENT = `/^\\s*(${[...words, ...capitals].join('|')})/s`;
const sql = [
  {
    selector: `:matches(Literal[value=${STATEMENT}], TemplateElement[value.raw=${STATEMENT}])`,
    message: 'Apps hold no SQL: put the operation behind a port of libs/db.',
  },
];
const TESTS = ['**/*.spec.ts', '**/*.kafka.ts', '**/*.e2e.ts', '**/conformance/**', 'test/**'];

export default [
  { ignores: ['**/generated/**', 'dist/**', 'node_modules/**', '.cache/**', '.rootspan/**', 'coverage/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    plugins: { rootspan: { rules: { 'room-boundaries': roomBoundaries } } },
    rules: {
      'rootspan/room-boundaries': 'error',
      'max-lines': ['error', { max: 300 }],
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...shapes, ...defaultExports],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        performance: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
  { files: ['*.config.js', 'apps/web/vite.config.js'], rules: { 'no-restricted-syntax': ['error', ...shapes] } },
  { files: ['apps/web/public/*.js'], languageOptions: { globals: { localStorage: 'readonly', document: 'readonly' } } },
  {
    files: ['**/*.{ts,tsx,mts}'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      // TypeScript reports these itself.
      'no-undef': 'off',
      'no-unused-vars': 'off',
      'no-redeclare': 'off',
      'no-dupe-class-members': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { returns: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Classes that Nest injects need value imports; with emitDecoratorMetadata the rule leaves decorated files alone.
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      'no-restricted-syntax': ['error', ...shapes, ...defaultExports, ...readsEnvironment],
    },
  },
  {
    files: ['apps/web/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { project: './apps/web/tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['apps/**/*.{ts,tsx}'],
    rules: { 'no-restricted-syntax': ['error', ...shapes, ...defaultExports, ...readsEnvironment, ...sql] },
  },
  {
    files: ['libs/platform/**/*.ts', 'bench/**/*.ts', ...TESTS],
    rules: { 'no-restricted-syntax': ['error', ...shapes, ...defaultExports] },
  },
  // A declaration describes what somebody else wrote; those beside an .mjs file are in no tsconfig.
  { files: ['**/*.d.{ts,mts}'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['**/*.d.mts'], ...tseslint.configs.disableTypeChecked },
];
