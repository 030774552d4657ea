import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';

/** A route as a controller's decorators say it. */
export interface ControllerRoute {
  /** `GET /api/v1/traces/{traceId}` */
  readonly route: string;
  /** Name of the method. */
  readonly handler: string;
}

/** All HTTP routes of a controller, so that tests hold them against what is described; none of its handlers of other transports. */
export function routesOf(controller: Type): readonly ControllerRoute[] {
  const prototype = controller.prototype as Record<string, unknown>;
  const prefix = String(Reflect.getMetadata(PATH_METADATA, controller));
  return Object.getOwnPropertyNames(prototype).flatMap((handler) => {
    const member = prototype[handler] as object;
    const paths =
      handler === 'constructor' ? undefined : (Reflect.getMetadata(PATH_METADATA, member) as string | string[] | undefined);
    if (paths === undefined) return [];
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, member) as number] ?? '';
    return [paths].flat().map((path) => ({ route: `${method} ${wholePath(prefix, path)}`, handler }));
  });
}

/** As OpenAPI writes it. */
function wholePath(prefix: string, path: string): string {
  const whole = `/${prefix}/${path}`.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
  return whole.replace(/:(\w+)/g, '{$1}');
}
