# syntax=docker/dockerfile:1

# ---- build: everything npm needs, then only what runs ----
FROM node:24-bookworm-slim AS build
WORKDIR /lotse
# First what decides about packages, so that a change of sources doesn't install again.
COPY package.json package-lock.json .npmrc ./
COPY apps/cli/package.json apps/cli/
COPY apps/server/package.json apps/server/
COPY apps/web/package.json apps/web/
COPY libs/engine/package.json libs/engine/
COPY libs/gitops/package.json libs/gitops/
COPY libs/helm/package.json libs/helm/
COPY libs/jsonnet/package.json libs/jsonnet/
COPY libs/kustomize/package.json libs/kustomize/
COPY libs/manifests/package.json libs/manifests/
RUN npm ci --loglevel=error
COPY . .
RUN node node_modules/typescript7/bin/tsc -b apps/server apps/cli \
 && node node_modules/vite/bin/vite.js build --config apps/cli/vite.config.ts \
 && node node_modules/vite/bin/vite.js build --config apps/web/vite.config.ts
# The image has its own Node, and the links of PostgreSQL's libraries are made here: at run time nothing is written.
RUN npm prune --omit=dev --loglevel=error \
 && rm -rf node_modules/node-linux-* node_modules/.bin/node node_modules/.cache \
 && node --input-type=module -e "import { findPostgresBinaries } from './apps/server/dist/database/embedded/postgres-binaries.js'; await findPostgresBinaries(undefined, '/nonexistent')" \
 && rm -rf libs/*/src apps/*/src libs/*/*.tsbuildinfo apps/*/*.tsbuildinfo \
 && mkdir -p apps/web/node_modules

# ---- run ----
FROM node:24-bookworm-slim
# git and ssh serve repositories over ssh and very large ones; tini reaps what they start.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates git openssh-client tini \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 lotse \
 && useradd --uid 10001 --gid lotse --home-dir /data --no-create-home --shell /usr/sbin/nologin lotse \
 && install --directory --owner=lotse --group=lotse --mode=0700 /data
WORKDIR /lotse
COPY --from=build /lotse/package.json ./
COPY --from=build /lotse/node_modules node_modules
COPY --from=build /lotse/libs libs
COPY --from=build /lotse/apps apps
COPY --from=build /lotse/examples examples
USER lotse
ENV NODE_ENV=production \
    LOTSE_DATA_DIR=/data \
    LOTSE_HOST=0.0.0.0 \
    LOTSE_LOG_FORMAT=json
VOLUME /data
EXPOSE 8080 6443
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.LOTSE_PORT || 8080) + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "--enable-source-maps", "--disable-proto=delete", "apps/server/dist/main.js"]
