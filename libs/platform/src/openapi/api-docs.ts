import { allOperations, allSchemas, openApiDocument } from './document.js';
import type { ApiPart } from './operation.js';
import { docsPage } from './page.js';

/** The OpenAPI document of a process as it is sent: for programs, and for people. */
export class ApiDocs {
  /** JSON. */
  readonly document: string;
  /** HTML. */
  readonly page: string;

  /** @throws Error where the parts contradict each other */
  constructor(parts: readonly ApiPart[]) {
    this.document = JSON.stringify(openApiDocument(parts));
    this.page = docsPage(allOperations(parts), allSchemas(parts));
  }
}
