# claimwatch in a container: two stages, no root, no writable root, one volume.

FROM docker.io/library/rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
# "off" links faster; meant for a build that is only tried and thrown away.
ARG CARGO_PROFILE_RELEASE_LTO=thin
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin claimwatch \
    && install -D target/release/claimwatch /out/usr/local/bin/claimwatch \
    && install -d -m 700 -o 10001 -g 10001 /out/data

FROM docker.io/library/debian:bookworm-slim
LABEL org.opencontainers.image.title="claimwatch" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
# The root certificates, by which publishers and chats prove who they are.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/ /
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/claimwatch/
# config/claimwatch.toml is looked for from the working directory; mount your own over it.
WORKDIR /app
COPY config/*.toml config/
ENV CLAIMWATCH_DATA=/data CLAIMWATCH_WEB__LISTEN=0.0.0.0:8080
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["claimwatch", "healthcheck"]
ENTRYPOINT ["claimwatch"]
CMD ["run"]
