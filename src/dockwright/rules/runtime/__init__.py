"""What the container runs: CMD, ENTRYPOINT, EXPOSE, WORKDIR, VOLUME."""
