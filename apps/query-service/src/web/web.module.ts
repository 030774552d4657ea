import { Module, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { WebMiddleware } from './web-middleware.js';

/** The web UI, before all routes: it takes only what a browser asks for. */
@Module({ providers: [WebMiddleware] })
export class WebModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(WebMiddleware).forRoutes('{*path}');
  }
}
