/** What stands in a template where messages of one kind differ. `<list>` is a long list in square brackets. */
export type Placeholder =
  '<num>' | '<uuid>' | '<hex>' | '<ip>' | '<email>' | '<id>' | '<str>' | '<dur>' | '<time>' | '<url>' | '<path>' | '<list>';

const AT = /<(?:num|uuid|hex|ip|email|id|str|dur|time|url|path|list)>/y;
/** A run of placeholders with nothing but punctuation and spaces between them. */
const RUN = /<(?:num|uuid|hex|ip|email|id|str|dur|time|url|path|list)>(?:[\s.,:;/_+-]{0,4}<[a-z]{2,5}>)*/g;

/** The placeholder that starts at `index`; empty where none does. */
export function placeholderAt(text: string, index: number): string {
  AT.lastIndex = index;
  return AT.exec(text)?.[0] ?? '';
}

/**
 * A template with every variable part written alike. Which placeholder an id gets depends on the characters that it
 * happens to have (`12345678` is a number, `1234567a` is hex): what is hashed must not.
 */
export function withoutKinds(template: string): string {
  return template.replace(RUN, '<*>');
}
