# The server: `understudy collector`, `understudy evaluator`, `understudy topics`. One image for all roles; the command says which.
# The embedded ClickHouse (540 MB) stays out: these roles use a ClickHouse server, so `dev` and `demo` are not for this image.

FROM node:24.20.0-trixie-slim AS dependencies
ENV NODE_ENV=production
WORKDIR /app
# Manifests alone: the layer below is built again only when a dependency changes. npm wants every workspace that the lock file names.
COPY package.json package-lock.json .npmrc ./
COPY contracts/package.json contracts/
COPY log/package.json log/
COPY sdk/package.json sdk/
COPY collector/package.json collector/
COPY evaluator/package.json evaluator/
COPY cli/package.json cli/
COPY test/package.json test/
RUN npm ci --omit=dev --workspace=cli && rm -rf node_modules/chdb node_modules/@chdb

FROM node:24.20.0-trixie-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY contracts contracts
COPY log log
COPY sdk sdk
COPY collector collector
COPY evaluator evaluator
COPY cli cli
# Where generated secrets are mounted. A volume takes owner and mode from the folder that it covers first.
RUN install --directory --owner=1000 --group=1000 --mode=0700 /secrets/admin /secrets/ingest /secrets/clickhouse /secrets/signing
# By number: Kubernetes cannot tell that a name is not root.
USER 1000:1000
EXPOSE 4318 4319
# No shell between: SIGTERM reaches the process, which drains and ends.
ENTRYPOINT ["node", "cli/bin/understudy.mjs"]
CMD ["--help"]
