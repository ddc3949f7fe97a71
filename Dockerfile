# Kabar in a container: no root, nothing to write but /kabar/data and /tmp. `docker compose up` uses it (compose.yaml).
# By its digest, once somebody has looked at it: docker build --build-arg BASE=python:3.11-slim@sha256:… (SECURITY.md)
ARG BASE=python:3.11-slim
FROM ${BASE} AS build
# Wheels are there for x86-64 and ARM; what has none is built with gcc.
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc g++ libc6-dev \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/kabar
WORKDIR /src
# First what changes seldom: exactly the versions of uv.lock, checked by their hashes.
COPY .locked/server.txt .locked/
RUN /opt/kabar/bin/pip install --no-cache-dir --disable-pip-version-check -r .locked/server.txt
COPY pyproject.toml README.md LICENSE ./
COPY seeds seeds
COPY config config
COPY bot bot
RUN /opt/kabar/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps . \
    && /opt/kabar/bin/kabar init /kabar \
    && mkdir /kabar/data

FROM ${BASE}
LABEL org.opencontainers.image.title="Kabar" org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 kabar && useradd --uid 10001 --gid 10001 --home-dir /kabar --shell /usr/sbin/nologin kabar
COPY --from=build /opt/kabar /opt/kabar
COPY --from=build /kabar /kabar
RUN chown kabar:kabar /kabar/data && chmod 0700 /kabar/data
ENV PATH=/opt/kabar/bin:$PATH \
    KABAR_CONFIG=/kabar/config \
    KABAR_DATA=/kabar/data \
    MPLCONFIGDIR=/tmp/matplotlib \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /kabar
VOLUME /kabar/data
STOPSIGNAL SIGTERM
# Exit 2: nothing listens ([web] listen in kabar.toml), so nobody can be asked; that it runs, Docker sees itself.
HEALTHCHECK --interval=2m --timeout=20s --start-period=5m --retries=3 CMD kabar health || [ $? -eq 2 ]
ENTRYPOINT ["kabar"]
CMD ["run"]
