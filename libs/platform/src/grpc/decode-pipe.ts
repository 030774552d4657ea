import type { PipeTransform } from '@nestjs/common';
import { descriptorSet } from '#proto';
import { invalidField, malformed } from '../errors/errors.js';
import { checkWire } from './wire-check.js';

/** The part of a ts-proto message companion that is needed here. */
export interface MessageDecoder<T> {
  /** Full name of the message: `query.TraceIdRequest`. */
  readonly $type: string;
  decode(bytes: Uint8Array): T;
}

/**
 * Decodes the raw bytes that RootspanGrpcServer hands on: `@Payload(new DecodePipe(TraceIdRequest))`.
 * Bytes that are no such message are INVALID_ARGUMENT, naming the field where there is one.
 */
export class DecodePipe<T> implements PipeTransform<Uint8Array, T> {
  private readonly descriptor;

  /** @throws Error where proto/ declares no such message */
  constructor(private readonly message: MessageDecoder<T>) {
    const descriptor = descriptorSet().registry.getMessage(message.$type);
    if (descriptor === undefined) {
      throw new Error(`proto/ declares no message ${message.$type}.`);
    }
    this.descriptor = descriptor;
  }

  transform(bytes: Uint8Array): T {
    const fault = checkWire(this.descriptor, bytes);
    if (fault !== null) {
      throw fault.field === ''
        ? malformed(`The body is not a ${this.message.$type}: it ${fault.reason}.`)
        : invalidField(fault.field, fault.reason);
    }
    return this.message.decode(bytes);
  }
}
