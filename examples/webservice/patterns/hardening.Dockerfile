# Non-root user
RUN addgroup --system appgroup && \
    adduser --system --ingroup appgroup appuser
USER appuser

# Read-only filesystem
FROM python:3.12-slim
# ... build steps ...
USER appuser
# Run with: docker run --read-only --tmpfs /tmp

# No shell (prevents shell injection)
FROM gcr.io/distroless/python3
