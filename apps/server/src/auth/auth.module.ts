import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { Authenticator } from './authenticator.js';
import { Authorizer } from './authorizer.js';
import { LoginService } from './login.service.js';
import { SessionController } from './session.controller.js';
import { SessionService } from './sessions/session.service.js';

/** Who is asking, and may they. Everybody can inject `Authorizer` and `Authenticator`. */
@Global()
@Module({
  controllers: [SessionController],
  providers: [
    Authenticator,
    Authorizer,
    LoginService,
    SessionService,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [Authenticator, Authorizer, SessionService],
})
export class AuthModule {}
