# syntax=docker/dockerfile:1
# The image of the service and of its commands:
#   docker build -t omnicrm-identity .
#   docker run … omnicrm-identity                            the service
#   docker run … omnicrm-identity node dist/cli.js migrate   the schema, as DATABASE_MIGRATION_URL

# Any Linux with Node 24 and npm at /usr/local. To pin a digest: --build-arg BASE=docker.io/library/node@sha256:…
ARG BASE=docker.io/library/node:24.21.0-trixie-slim

FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install script is needed to build, and no package of production has one.
RUN npm ci --ignore-scripts
COPY .ci/build.ts .ci/
COPY src src/
# What production needs alone stays: packages with machine code or files of their own, and the rest for those who look into
# images for what is known to be vulnerable. TypeScript is a peer that the queue's configuration loader would like to have;
# nobody loads it here.
RUN node .ci/build.ts && npm prune --omit=dev --ignore-scripts && rm -rf node_modules/typescript node_modules/.bin

FROM ${BASE}
# The service needs only node; a package manager that is not there needs no updates.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-*
# One pool of memory for all threads, which would else keep one each, and what is free at its end goes back at once.
ENV NODE_ENV=production MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=65536 NODE_COMPILE_CACHE=/app/.compiled
WORKDIR /app
COPY --from=build /app/node_modules node_modules/
COPY package.json ./
COPY migrations migrations/
COPY --from=build /app/dist dist/
RUN mkdir .compiled && chown 65532:65532 .compiled

# Owns nothing but the code as compiled, and has no name; the files above are root's. Kubernetes' runAsNonRoot wants a number.
USER 65532:65532
# Loaded once here, with the flags of later, so that a start need not compile. Without settings the service says so and stops.
RUN node dist/cli.js --help && ! node --no-maglev dist/server.js
EXPOSE 3000
# Alive, not ready: an orchestrator replaces what is unhealthy, which mends no database.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and handles SIGTERM itself: no shell or wrapper stands in between.
STOPSIGNAL SIGTERM
ENTRYPOINT []
# Bounds for the garbage collector, which else lets the heap grow far beyond what it holds; what floods need is within them.
# Without the middle one of three compilers: it leaves 24 MB behind, and look-ups are not slower.
CMD ["node", "--max-semi-space-size=4", "--max-old-space-size=256", "--no-maglev", "dist/server.js"]
