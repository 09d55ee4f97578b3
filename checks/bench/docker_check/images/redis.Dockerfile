# Debian's Redis under the name that the Compose files use.
FROM eventure-check-debian
LABEL eventure.stand-in="Debian's Redis 7.0"
RUN apt-get update \
    && apt-get install --yes --no-install-recommends redis-server \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /data
VOLUME /data
# The real image switches the protected mode off: other containers have to reach the server.
ENTRYPOINT ["sh", "-c", "[ \"$1\" = redis-server ] && set -- \"$@\" --protected-mode no; exec \"$@\"", "sh"]
CMD ["redis-server"]
