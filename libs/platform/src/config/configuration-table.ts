import { APP_NAMES, type AppName } from './config.js';
import { defaultOf, noteOf, variableNames, type VariableName } from './variables.js';

/** `8080`, or `all-in-one and log-ingest 8080, query-service 8081` where the apps differ. */
function defaultText(name: VariableName): string {
  const appsByDefault = new Map<string, AppName[]>();
  for (const app of APP_NAMES) {
    const value = defaultOf(name, app) ?? '';
    appsByDefault.set(value, [...(appsByDefault.get(value) ?? []), app]);
  }
  if (appsByDefault.size === 1) {
    return [...appsByDefault.keys()].map((value) => (value === '' ? 'empty' : `\`${value}\``)).join();
  }
  return [...appsByDefault].map(([value, apps]) => `${apps.join(' and ')} \`${value}\``).join(', ');
}

/** All environment variables as a Markdown table, in the order of the schema. */
export function configurationTable(): string {
  const rows = variableNames.map(
    (name) => `| \`${name}\` | ${defaultText(name)} | ${noteOf(name).meaning.replaceAll('|', '\\|')} |`,
  );
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
