import { Module } from '@nestjs/common';
import { AccountService } from './account.service.js';
import { AccountsController } from './accounts.controller.js';

@Module({ controllers: [AccountsController], providers: [AccountService] })
export class AccountsModule {}
