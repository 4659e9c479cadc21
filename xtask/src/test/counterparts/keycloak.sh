#!/bin/sh
# keycloak HOME ARGUMENT…: Keycloak as a plain process. Its own kc.sh stays between, and would leave
# the server behind when it is killed.
set -eu
home=$1
shift
# A compiler that starts fast and little memory: it serves one test run.
exec java -Xms64m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
  --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.util.concurrent=ALL-UNNAMED \
  --add-opens=java.base/java.security=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED \
  -Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory \
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager -Dfile.encoding=UTF-8 \
  -Dpicocli.disable.closures=true -Dkc.home.dir="$home" -Djboss.server.config.dir="$home/conf" \
  -cp "$home/lib/quarkus-run.jar" io.quarkus.bootstrap.runner.QuarkusEntryPoint "$@"
