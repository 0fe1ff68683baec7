# syntax=docker/dockerfile:1
# Build:  docker build -t turnpike .
# Run:    docker run -d --name turnpike -p 8088:8088 -v turnpike:/data --stop-timeout 45 turnpike
# Keys:   docker logs turnpike            (printed once, at the first start)
# Later:  docker exec turnpike turnpike keys list

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH=amd64
WORKDIR /src
# The project files first: a change of code does not restore packages anew.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt ./
COPY src/Turnpike/Turnpike.csproj src/Turnpike/
COPY src/Turnpike.Core/Turnpike.Core.csproj src/Turnpike.Core/
COPY src/Turnpike.Gateway/Turnpike.Gateway.csproj src/Turnpike.Gateway/
COPY src/Turnpike.Storage/Turnpike.Storage.csproj src/Turnpike.Storage/
RUN dotnet restore src/Turnpike -r linux-$([ "$TARGETARCH" = arm64 ] && echo arm64 || echo x64)
COPY . .
RUN dotnet publish src/Turnpike -c Release -o /app --no-restore \
      -r linux-$([ "$TARGETARCH" = arm64 ] && echo arm64 || echo x64) --self-contained false \
 && mkdir /empty

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble
# The distribution's SQLite, which gets its security updates; the one that ships with the packages is old.
RUN apt-get update && apt-get install -y --no-install-recommends libsqlite3-0 && rm -rf /var/lib/apt/lists/* \
 && ln -s /app/Turnpike /usr/local/bin/turnpike
COPY --from=build /app /app
COPY --from=build --chown=1654:1654 --chmod=700 /empty /data
# 1654 is the user "app" of Microsoft's images.
USER 1654
WORKDIR /data
VOLUME /data
EXPOSE 8088
# Commands inside the container find the same book as the server.
ENV TURNPIKE_DATA=/data \
    TURNPIKE_URLS=http://0.0.0.0:8088
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 CMD ["turnpike", "health"]
ENTRYPOINT ["turnpike"]
