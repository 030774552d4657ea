import { joined, type Condition } from './log-filter.js';

/** Whether a record's service and severity alone say if it fulfils the condition: then records need not be looked at to be counted. */
export function isOfServiceAndLevel(condition: Condition): boolean {
  switch (condition.kind) {
    case 'all':
    case 'level':
      return true;
    case 'name':
      return condition.field === 'service';
    case 'not':
      return isOfServiceAndLevel(condition.condition);
    case 'all-of':
    case 'any-of':
      return condition.conditions.every(isOfServiceAndLevel);
    default:
      return false;
  }
}

/**
 * What the condition asks of service and severity: every record that fulfils the condition fulfils this too. `all` where it
 * asks nothing of them.
 */
export function serviceAndLevelOf(condition: Condition): Condition {
  if (isOfServiceAndLevel(condition)) return condition;
  if (condition.kind !== 'all-of' && condition.kind !== 'any-of') return { kind: 'all' };
  return joined(condition.kind, condition.conditions.map(serviceAndLevelOf));
}

/**
 * What the condition asks of service, severity and of texts that the message must hold: every record that fulfils the condition
 * fulfils this too. A text that it must not hold asks nothing.
 */
export function serviceLevelAndTextOf(condition: Condition): Condition {
  if (condition.kind === 'text' || isOfServiceAndLevel(condition)) return condition;
  if (condition.kind !== 'all-of' && condition.kind !== 'any-of') return { kind: 'all' };
  return joined(condition.kind, condition.conditions.map(serviceLevelAndTextOf));
}
