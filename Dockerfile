# Build: the program and the packages that it uses become a few files, so the image has no node_modules. --ignore-scripts
# also leaves out the Node that the `node` package would fetch for npm's scripts: the base image brings its own.
FROM docker.io/library/node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.ts scripts/bundle.ts scripts/
COPY src src
# Source maps are as large as the program; there is no place here where anybody would read them.
RUN npm run build && rm dist/*.map
COPY openapi.yaml LICENSE ./
# Any user may read all of it, whatever the umask of the checkout was: OpenShift gives each namespace UIDs of its own.
RUN chmod -R a+rX dist package.json openapi.yaml LICENSE
# Node and the shared libraries that it is linked to are all of the system that the service needs.
RUN mkdir /system && cp --parents /usr/local/bin/node /system/ \
  && ldd /usr/local/bin/node | grep -o '/[^ ]*' | xargs -I{} cp --parents -L {} /system/
# Jobs call the drop-ins by name. There is no shell and no env here, so each is a script that names its Node.
RUN mkdir -p /system/usr/local/bin && for name in lynceus crashcheck rollout-status; do \
  printf '#!/usr/local/bin/node\nimport "/app/dist/main.js"\n' >"/system/usr/local/bin/$name" \
  && chmod 755 "/system/usr/local/bin/$name" || exit 1; done

FROM scratch
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="lynceus" \
  org.opencontainers.image.description="An Argo Rollouts metric provider: watches a Kubernetes cluster and answers whether a revision is good." \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
COPY --from=build /system /
WORKDIR /app
COPY --from=build /app/dist dist
COPY --from=build /app/package.json /app/openapi.yaml /app/LICENSE ./
# HOME: there is no passwd file to look it up in. Nothing is ever written, so the root file system may be read-only.
ENV NODE_ENV=production HOME=/
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
# A young generation of fixed size: the first list of a large cluster then neither waits for it to grow nor makes it large.
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=16", "--min-semi-space-size=16", "/app/dist/main.js"]
CMD ["serve"]
