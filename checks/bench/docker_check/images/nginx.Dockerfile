# Debian's nginx under the name that the Compose files use.
FROM eventure-check-debian
LABEL eventure.stand-in="Debian's nginx 1.22"
RUN apt-get update \
    && apt-get install --yes --no-install-recommends nginx-light \
    && rm -rf /var/lib/apt/lists/*
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
