import { Inject, Injectable } from '@nestjs/common';
import { LOG_SEARCH, type LogSearch, type ValueField } from '#db';
import { invalidField, type Caller } from '#platform';
import { fieldValuesToWire, histogramToWire, type FieldValues, type LogHistogram } from '#proto';
import { rangeOf, type FilterRequest } from './filter-request.js';
import { roundBefore, stepOf } from './histogram-step.js';

export interface HistogramQuestion extends FilterRequest {
  /** `level` or empty, or `service`. */
  readonly by: string;
  /** Such as `5m`; empty: one that fits. */
  readonly step: string;
}

export interface FieldValuesQuestion extends FilterRequest {
  /** `level`, `service`, `attr`, `resource`, `attr.NAME` or `resource.NAME`. */
  readonly field: string;
  readonly prefix: string;
  /** 0: 100. */
  readonly limit: number;
}

const DEFAULT_VALUES = 100;
const MAX_VALUES = 1_000;
const MAX_PREFIX_BYTES = 256;

/** Counts records over time and by value; the transports only translate. */
@Injectable()
export class AggregateQueries {
  constructor(@Inject(LOG_SEARCH) private readonly searches: LogSearch) {}

  async histogram(caller: Caller, question: HistogramQuestion, signal: AbortSignal): Promise<LogHistogram> {
    const filter = rangeOf(question);
    const by = question.by === '' ? 'level' : question.by;
    if (by !== 'level' && by !== 'service') throw invalidField('by', 'is neither level nor service');
    const stepMs = stepOf(question.step, filter.from, filter.to);
    const firstBucket = question.step === '' ? roundBefore(filter.from, stepMs) : filter.from;
    const histogram = await this.searches.histogram({ tenant: caller.tenant, filter, by, stepMs, firstBucket, signal });
    return histogramToWire({ ...histogram, from: firstBucket, to: filter.to, stepMs });
  }

  async fieldValues(caller: Caller, question: FieldValuesQuestion, signal: AbortSignal): Promise<FieldValues> {
    const { prefix, limit } = question;
    if (limit > MAX_VALUES) throw invalidField('limit', `${limit} is too many: at most ${MAX_VALUES} values are given`);
    if (Buffer.byteLength(prefix) > MAX_PREFIX_BYTES) throw invalidField('prefix', `has more than ${MAX_PREFIX_BYTES} bytes`);
    if (prefix.includes('\0')) throw invalidField('prefix', 'holds U+0000, which no stored value does');
    const found = await this.searches.fieldValues({
      tenant: caller.tenant,
      filter: rangeOf(question),
      field: fieldOf(question.field),
      prefix,
      limit: limit === 0 ? DEFAULT_VALUES : limit,
      signal,
    });
    return fieldValuesToWire(found);
  }
}

function fieldOf(text: string): ValueField {
  if (text === 'level' || text === 'service') return { kind: text };
  const dot = text.indexOf('.');
  const name = dot < 0 ? text : text.slice(0, dot);
  const path = dot < 0 ? '' : text.slice(dot + 1);
  const source = name === 'attr' ? 'attributes' : name === 'resource' ? 'resource' : null;
  if (source === null || (dot >= 0 && path === '') || path.includes('\0')) {
    throw invalidField('field', 'is none of level, service, attr, resource, attr.NAME and resource.NAME');
  }
  return dot < 0 ? { kind: 'keys', source } : { kind: 'values', source, path };
}
