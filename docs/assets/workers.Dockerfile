# git archive HEAD | docker build -f docs/assets/workers.Dockerfile -t eventure-worker -
FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends bubblewrap git make procps \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home worker \
    && install -d -o worker /srv/eventure /store
USER worker
WORKDIR /srv/eventure
COPY --chown=worker . .
RUN make setup
ENTRYPOINT ["/srv/eventure/.venv/bin/checks"]
CMD ["worker"]
