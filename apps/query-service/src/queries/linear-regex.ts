import { RE2JS } from 're2js';
import type { CompileRegex } from '#domain';

/** The engine for expressions where records are matched in the process: RE2, in linear time whatever the text. */
export const linearRegex: CompileRegex = (re2) => {
  const expression = RE2JS.compile(re2);
  return (text) => expression.matcher(text).find();
};
