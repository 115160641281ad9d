# docker build -t smtp-transport .
FROM mcr.microsoft.com/dotnet/sdk:10.0-alpine AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src src
RUN dotnet publish src/SmtpTransport.Host -p:PublishProfile=fast-start --use-current-runtime -o /app --nologo

FROM mcr.microsoft.com/dotnet/aspnet:10.0-alpine
# International domain names need ICU.
RUN apk add --no-cache icu-libs && mkdir /var/lib/smtp-transport && chown $APP_UID:$APP_UID /var/lib/smtp-transport
ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=false
COPY --from=build /app /app
USER $APP_UID
VOLUME /var/lib/smtp-transport
# Containers may bind low ports without being root.
EXPOSE 25 8025
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8025/healthz"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/app/smtp-transport"]
