"""A small shop: a web service and its database, with everything wrong that is usual there."""

COMPOSE = """\
version: "3.8"

services:
  shop:
    build:
      context: .
      network: host
    ports:
      - "18097:8080"
    environment:
      - DATABASE_URL=postgresql://keeper:hunter2@store:5432/orders
    depends_on:
      store:
        condition: service_healthy
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8080/up"]
      interval: 2s
      timeout: 2s
      retries: 3

  store:
    image: postgres:16-alpine
    environment:
      POSTGRES_USER: keeper
      POSTGRES_PASSWORD: hunter2
      POSTGRES_DB: orders
    volumes:
      - orders:/var/lib/postgresql/data
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U keeper"]
      interval: 2s
      timeout: 2s
      retries: 10

volumes:
  orders:
"""
DOCKERFILE = """\
FROM python:3.12-slim AS packages
WORKDIR /shop
COPY requirements.txt .
RUN pip install --user --no-cache-dir -r requirements.txt

FROM python:3.12-slim
WORKDIR /shop
COPY --from=packages /root/.local /root/.local
ENV PATH=/root/.local/bin:$PATH
COPY . .
RUN useradd -m keeper
USER keeper
EXPOSE 8000
CMD ["python", "-m", "uvicorn", "main:app", "--host", "0.0.0.0"]
"""
MAIN = """\
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"open"})
"""
FILES = {
    "compose.yaml": COMPOSE,
    "Dockerfile": DOCKERFILE,
    "requirements.txt": "uvicorn\n",
    "main.py": MAIN,
}
