"""What COPY takes: build context, stages and images."""
