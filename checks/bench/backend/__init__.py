"""The finished backend's speed, as pairs that are measured in one run."""
