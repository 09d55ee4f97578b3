# Debian's Python under the name that the day's Dockerfile uses.
FROM eventure-check-debian
LABEL eventure.stand-in="Debian's Python 3.11"
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s /usr/bin/python3 /usr/local/bin/python
CMD ["python3"]
