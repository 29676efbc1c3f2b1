import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { VERSION } from '../settings/version.js';

/** Describes the REST API at `/api/openapi.json`; made on the first request, because it costs start-up time. */
export function serveOpenApi(app: NestExpressApplication): void {
  let document: string | undefined;
  app.use('/api/openapi.json', (_request: Request, response: Response) => {
    document ??= JSON.stringify(
      SwaggerModule.createDocument(
        app,
        new DocumentBuilder()
          .setTitle('Lotse')
          .setDescription('The REST API of Lotse.')
          .setVersion(VERSION)
          .addBearerAuth()
          .addSecurityRequirements('bearer')
          .build(),
      ),
    );
    response.type('application/json').send(document);
  });
}
