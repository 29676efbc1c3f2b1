import type { Response } from 'express';
import type { Config } from '../config/config.js';

/** `__Host-` ties the cookie to this host and to TLS; it can't be had without TLS, so plain addresses use another name. */
export function sessionCookieName(config: Config): string {
  return isHttps(config) ? '__Host-lotse-session' : 'lotse-session';
}

/** Is the dashboard reached over TLS (by a proxy before it)? */
export function isHttps(config: Config): boolean {
  return config.publicUrl?.startsWith('https:') ?? false;
}

/** Hands the session to the browser: not readable by scripts, not sent by other sites' requests. */
export function setSessionCookie(response: Response, config: Config, token: string, expiresAt: Date): void {
  response.cookie(sessionCookieName(config), token, {
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(config),
    path: '/',
    expires: expiresAt,
    encode: String,
  });
}

export function clearSessionCookie(response: Response, config: Config): void {
  response.clearCookie(sessionCookieName(config), {
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(config),
    path: '/',
  });
}
