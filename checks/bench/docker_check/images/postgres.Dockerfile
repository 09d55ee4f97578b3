# Debian's PostgreSQL under the name that the Compose files use, with the variables of the real image.
FROM eventure-check-debian
LABEL eventure.stand-in="Debian's PostgreSQL 15"
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-15 \
    && rm -rf /var/lib/apt/lists/* /var/lib/postgresql/*
ENV PATH=/usr/lib/postgresql/15/bin:$PATH PGDATA=/var/lib/postgresql/data LANG=C.UTF-8
RUN mkdir -p "$PGDATA" /run/postgresql && chown -R postgres:postgres /var/lib/postgresql /run/postgresql
COPY postgres.sh /usr/local/bin/
VOLUME /var/lib/postgresql/data
# The real image stops like this: sessions are ended, nothing waits for them.
STOPSIGNAL SIGINT
ENTRYPOINT ["bash", "/usr/local/bin/postgres.sh"]
CMD ["postgres"]
