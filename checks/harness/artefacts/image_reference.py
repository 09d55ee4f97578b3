"""The name of an image: `postgres:16`, `registry:5000/app@sha256:…`.

https://docs.docker.com/reference/cli/docker/image/tag/
"""


def has_version(image: str) -> bool:
    """Whether it names one version: a digest, or a tag that is not `latest`."""
    return "@sha256:" in image or image.rpartition("/")[2].partition(":")[2] not in ("", "latest")
