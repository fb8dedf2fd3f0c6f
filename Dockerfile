# The gateway in a small image: compiled in one stage, run in another without compiler, npm or root.
FROM node:24.11.1-alpine3.22 AS build
WORKDIR /portico
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
COPY controllers controllers
COPY protocols protocols
RUN node scripts/prepack.mjs && npm ci --ignore-scripts --omit=dev

FROM node:24.11.1-alpine3.22
ENV NODE_ENV=production \
    portico_server__host=0.0.0.0 \
    portico_server__dataFolder=/data
WORKDIR /portico
COPY --from=build /portico/node_modules node_modules
COPY --from=build /portico/dist dist
COPY package.json LICENSE ./
RUN ln -s /portico/dist/src/main.js /usr/local/bin/portico \
    && chmod 755 dist/src/main.js \
    && mkdir /data && chown node:node /data && chmod 700 /data
USER node
VOLUME /data
EXPOSE 7512
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["node", "-e", "fetch('http://127.0.0.1:7512/_ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["portico"]
CMD ["start"]
