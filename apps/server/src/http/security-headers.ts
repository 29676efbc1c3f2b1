import type { NextFunction, Request, Response } from 'express';

/**
 * The dashboard loads nothing from elsewhere, runs no inline script, has no inline style, and can't be framed. Styles
 * set through the document's own objects (charts, editors) need no exception.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-DNS-Prefetch-Control': 'off',
  'X-Download-Options': 'noopen',
  'X-Frame-Options': 'DENY',
  'X-Permitted-Cross-Domain-Policies': 'none',
  'X-XSS-Protection': '0',
};
const ONE_YEAR_S = 31_536_000;

/** Sets the headers on every answer; with https as the public address also HSTS. */
export function securityHeaders(https: boolean) {
  return (_request: Request, response: Response, next: NextFunction): void => {
    response.set(HEADERS);
    if (https) response.set('Strict-Transport-Security', `max-age=${ONE_YEAR_S}`);
    next();
  };
}
