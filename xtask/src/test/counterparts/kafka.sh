#!/bin/sh
# kafka FOLDER PORT CONTROLLER_PORT: one node of Apache Kafka, with its data in FOLDER, which may be
# there from before.
set -eu
folder=$1 port=$2 controller=$3
lib=$(dirname "$0")/lib
settings=$folder/server.properties
# A compiler that starts fast and little memory: it serves one test run.
run() {
  exec java -Xms128m -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$lib/*" "$@"
}
if [ ! -f "$settings" ]; then
  cat >"$settings.new" <<SETTINGS
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=$folder/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
SETTINGS
  (run kafka.tools.StorageTool format -t comanda-kafka-tests-00 -c "$settings.new")
  mv "$settings.new" "$settings"
fi
run kafka.Kafka "$settings"
