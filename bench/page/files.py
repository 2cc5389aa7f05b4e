"""
What stands beside each pattern: the small application that its Dockerfile is about.

Written so that nothing but the pattern can be at fault: each application serves `/health` on the
port that the pattern names, as any user, with a read-only root, and ends at SIGTERM.
"""

MAIN_PY = """import os

from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok", "database": os.environ.get("DATABASE_URL", "").partition(":")[0]}
"""
PYTHON = {"main.py": MAIN_PY, "requirements.txt": "fastapi==0.115.6\nuvicorn==0.34.0\n"}
MAIN_GO = """package main

import (
	"fmt"
	"net/http"
)

func main() {
	http.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "ok")
	})
	http.ListenAndServe(":8080", nil)
}
"""
GO = {"main.go": MAIN_GO, "go.mod": "module example.com/server\n\ngo 1.21\n"}
SERVER_JS = """const http = require("http");
const leftPad = require("left-pad");
const server = http.createServer((request, response) => response.end(leftPad("ok", 4)));
server.listen(3000);
process.on("SIGTERM", () => server.close(() => process.exit(0)));
"""
PACKAGE_JSON = """{
  "name": "server",
  "version": "1.0.0",
  "dependencies": {"left-pad": "1.3.0"},
  "devDependencies": {"is-odd": "3.0.1"}
}
"""
NODE = {"server.js": SERVER_JS, "package.json": PACKAGE_JSON}
# What the ignore patterns are there to keep out, one folder down.
SECRETS = {
    "service/.env": "API_TOKEN=ghp_0123456789abcdefghijklmnopqrstuvwxyz\n",
    "service/.git/config": '[remote "origin"]\n\turl = https://me:hunter22hunter@example.com/x\n',
    "service/__pycache__/x.pyc": "\x00\x01",
}
LOCK = """{
  "name": "server",
  "version": "1.0.0",
  "lockfileVersion": 3,
  "requires": true,
  "packages": {
    "": {
      "name": "server",
      "version": "1.0.0",
      "dependencies": {"left-pad": "1.3.0"},
      "devDependencies": {"is-odd": "3.0.1"}
    },
    "node_modules/is-number": {
      "version": "6.0.0",
      "integrity": "sha512-Wu1VHeILBK8KAWJUAiSZQX94GmOE45Rg6/538fKwiloUu21KncEkYGPqob2oSZ5mUT73vLGrHQjKw3KMPwfDzg==",
      "dev": true
    },
    "node_modules/is-odd": {
      "version": "3.0.1",
      "integrity": "sha512-CQpnWPrDwmP1+SMHXZhtLtJv90yiyVfluGsX5iNCVkrhQtU3TQHsUWPG9wkdk9Lgd5yNpAg9jQEo90CBaXgWMA==",
      "dev": true,
      "dependencies": {"is-number": "^6.0.0"}
    },
    "node_modules/left-pad": {
      "version": "1.3.0",
      "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    }
  }
}
"""  # noqa: E501 - digests
