"""Go, Rust, Ruby and other toolchains: what is where afterwards."""

import pytest

from tests.model.effects.toolbases import ask, fails

GO = "FROM golang\nWORKDIR /src\nCOPY go.mod main.go ./\n"
ALPINE = GO.replace("golang", "golang-alpine")
RUST = "FROM rust\nWORKDIR /src\nCOPY Cargo.toml ./\n"
STATIC = "file 755 0:0 static"

CASES = [
    # go build.
    (GO + "RUN CGO_ENABLED=0 go build -o /out/app .", "/out/app", STATIC),
    (GO + "RUN CGO_ENABLED=0 go build -o /out/app .", "/out", "dir 755 0:0"),
    (GO + "ENV CGO_ENABLED=0\nRUN GOOS=linux go build -o app", "/src/app", STATIC),
    (GO + "RUN CGO_ENABLED=0 go build -o=bin/app ./cmd/app", "/src/bin/app", STATIC),
    (GO + "RUN go build -o /out/app", "/out/app", "~file 755 0:0 glibc"),
    (GO + "RUN CGO_ENABLED=1 go build -o /out/app", "/out/app", "~file 755 0:0 glibc"),
    (ALPINE + "RUN go build -o /out/app", "/out/app", "file 755 0:0"),
    (ALPINE + "RUN CGO_ENABLED=0 go build -o /out/app", "/out/app", STATIC),
    (GO + "ARG CGO_ENABLED\nRUN go build -o /out/app", "/out/app", "file 755 0:0"),
    (GO + "RUN GOOS=windows CGO_ENABLED=0 go build -o /out/app", "/out/app", "file 755 0:0"),
    (GO + "RUN GOARCH=arm64 go build -o /out/app", "/out/app", "file 755 0:0"),
    (
        GO + "RUN CGO_ENABLED=0 go build -buildmode=pie -o /out/app",
        "/out/app",
        "file 755 0:0",
    ),
    (
        GO + "RUN go build -ldflags '-linkmode external -extldflags -static' -o /out/app",
        "/out/app",
        "file 755 0:0",
    ),
    (GO + "RUN CGO_ENABLED=0 go build -ldflags='-s -w' -o /out/app", "/out/app", STATIC),
    (GO + "RUN CGO_ENABLED=0 go build -C /src -o app .", "/src/app", STATIC),
    # A directory gets the programs under their own names.
    (GO + "RUN CGO_ENABLED=0 go build -o /out/ ./cmd/server", "/out/server", STATIC),
    (GO + "RUN go build -o /out/ ./...", "/out/server", "?"),
    (GO + "RUN go build -o /out/ .", "/out/src", "?"),
    (GO + "RUN mkdir /out && CGO_ENABLED=0 go build -o /out ./cmd/server", "/out/server", STATIC),
    (GO + "RUN mkdir /out && go build -o /out ./cmd/server", "/out", "dir 755 0:0"),
    # Without a name.
    (GO + "RUN go build", "/src/src", "?"),
    (GO + "RUN go build", "/src/main.go", "file * 0:0"),
    (GO + "RUN go build", "/out/src", "-"),
    (GO + "RUN go build -o /dev/null ./...", "/out", "-"),
    # go install.
    (GO + "RUN go install github.com/x/tool@latest", "/go/bin/tool", "~file 755 0:0 glibc"),
    (GO + "ENV CGO_ENABLED=0\nRUN go install github.com/x/tool/v2@v2.1.0", "/go/bin/tool", STATIC),
    (GO + "ENV CGO_ENABLED=0\nRUN go install github.com/x/t/cmd/z@v1", "program z", "/go/bin/z"),
    (GO + "ENV CGO_ENABLED=0\nRUN go install gopkg.in/x.v3@v3.0", "/go/bin/x", STATIC),
    (GO + "RUN GOBIN=/b CGO_ENABLED=0 go install example.com/z@v1", "/b/z", STATIC),
    (GO + "RUN GOBIN=/b go install example.com/z@v1", "/go/bin/z", "-"),
    (GO + "RUN GOARCH=arm64 go install example.com/z@v1", "/go/bin/z", "?"),
    (GO + "RUN go install ./...", "/go/bin/z", "?"),
    (GO + "RUN go install ./...", "/go/bin/curl", "-"),
    (GO + "ARG T\nRUN go install example.com/$T@latest", "/go/bin/z", "?"),
    # The rest works here and keeps modules.
    (GO + "RUN go mod download", "/go/pkg/mod/x", "?"),
    (GO + "RUN go mod download", "/go/bin/x", "-"),
    (GO + "RUN go mod download", "/src/main.go", "file * 0:0"),
    (GO + "RUN go mod vendor", "/src/vendor", "?"),
    (GO + "RUN go test ./... && go vet ./...", "/out", "-"),
    (GO + "RUN go version", "/go/pkg", "-"),
    # cargo.
    (RUST + "RUN cargo build --release", "/src/target/release/app", "?"),
    (RUST + "RUN cargo build --release", "/src/Cargo.toml", "file * 0:0"),
    (RUST + "RUN cargo build --release", "/usr/bin/app", "-"),
    (RUST + "RUN cargo build --release", "/usr/local/cargo/registry/x", "?"),
    (RUST + "RUN cargo build --target-dir /t", "/t/debug/app", "?"),
    (RUST + "RUN cargo install ripgrep", "/usr/local/cargo/bin/rg", "?"),
    (RUST + "RUN cargo install ripgrep", "/usr/local/cargo/bin/curl", "-"),
    (RUST + "RUN cargo install --root /opt/r ripgrep", "/opt/r/bin/rg", "?"),
    (RUST + "RUN cargo install --root /opt/r ripgrep", "/usr/local/cargo/bin/rg", "-"),
    (RUST + "RUN rustup target add x86_64-unknown-linux-musl", "/root/.rustup/x", "?"),
    (RUST + "RUN rustup target add x86_64-unknown-linux-musl", "/opt/x", "-"),
    # Ruby.
    ("FROM ruby\nRUN gem install rails", "/usr/local/bundle/bin/rails", "?"),
    ("FROM ruby\nRUN gem install rails", "/usr/local/bundle/bin/curl", "-"),
    ("FROM ruby\nRUN gem install rails", "/usr/local/bin/rails", "-"),
    ("FROM ruby\nRUN gem install -n /opt/b rails", "/opt/b/rails", "?"),
    ("FROM ruby\nWORKDIR /app\nCOPY Gemfile.lock .\nRUN bundle install", "/app/vendor/bundle", "?"),
    (
        "FROM ruby\nWORKDIR /app\nCOPY Gemfile.lock .\nRUN bundle install",
        "/app/Gemfile.lock",
        "file * 0:0",
    ),
    (
        "FROM ruby\nWORKDIR /app\nCOPY Gemfile.lock .\nRUN bundle install",
        "/usr/local/bin/rake",
        "-",
    ),
    # Others.
    ("FROM tools\nWORKDIR /app\nRUN composer install", "/app/vendor/x", "?"),
    ("FROM tools\nWORKDIR /app\nRUN composer install", "/opt/x", "-"),
    ("FROM tools\nWORKDIR /app\nRUN mvn -B package", "/app/target/x.jar", "?"),
    ("FROM tools\nWORKDIR /app\nRUN mvn -B package", "/root/.m2/x", "?"),
    ("FROM tools\nWORKDIR /app\nRUN mvn -B package", "/opt/x", "-"),
    ("FROM tools\nWORKDIR /app\nRUN mvn -f /lib2/pom.xml package", "/lib2/target", "?"),
    ("FROM tools\nWORKDIR /app\nRUN mvn -Dmaven.repo.local=/m2 package", "/m2/x", "?"),
    ("FROM tools\nWORKDIR /app\nRUN dotnet publish -c Release -o /out", "/out", "dir * *:*"),
    ("FROM tools\nWORKDIR /app\nRUN dotnet publish -c Release -o /out", "/out/app.dll", "?"),
    ("FROM tools\nWORKDIR /app\nRUN dotnet publish -c Release -o /out", "/opt/x", "-"),
    ("FROM tools\nRUN cpanm Plack", "/usr/local/bin/plackup", "?"),
    ("FROM tools\nRUN cpanm Plack", "/usr/local/bin/curl", "-"),
]


@pytest.mark.parametrize(("dockerfile", "path", "expected"), CASES)
def test_paths(dockerfile: str, path: str, expected: str) -> None:
    assert ask(dockerfile, path) == expected


@pytest.mark.parametrize(
    ("dockerfile", "command", "expected"),
    [
        ("FROM golang\nWORKDIR /src", "go build -o /app", True),
        ("FROM golang\nWORKDIR /src\nCOPY main.go .", "go build -o /app main.go", None),
        ("FROM golang\nWORKDIR /src/cmd\nCOPY go.mod /src/", "go build -o /app", None),
        ("FROM golang\nWORKDIR /src\nCOPY . .", "go build -o /app", None),
        ("FROM golang\nWORKDIR /go/src/x", "go build -o /app", None),
        ("FROM golang\nENV GO111MODULE=off\nWORKDIR /src", "go build -o /app", None),
        ("FROM rust\nWORKDIR /src", "cargo build --release", True),
        ("FROM rust\nWORKDIR /src\nCOPY Cargo.toml /", "cargo build --release", None),
        ("FROM rust\nWORKDIR /src", "cargo install ripgrep", None),
    ],
)
def test_failures(dockerfile: str, command: str, expected: bool | None) -> None:
    assert fails(dockerfile, command) is expected
