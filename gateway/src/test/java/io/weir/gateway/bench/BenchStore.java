package io.weir.gateway.bench;

import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.peers.InfluxDb2;
import io.weir.peers.Peer;
import java.io.IOException;
import java.nio.file.Path;

/** A started store with a database {@code bench}, as each program that is measured writes to it. */
sealed interface BenchStore extends AutoCloseable {

  Peer server();

  /** The sink of the gateway. */
  String sink();

  /** The output of Telegraf. */
  String output();

  /** Points that it has taken. */
  long points() throws IOException;

  /** Points that it has of the messages: two of one series and instant would be one. */
  long distinct();

  @Override
  default void close() {
    server().close();
  }

  /** InfluxDB 1.6.7 of Debian. */
  record Influx1(InfluxDb server) implements BenchStore {

    static Influx1 started(Path home) throws IOException {
      Influx1 store = new Influx1(new InfluxDb(home));
      store.server.start();
      store.server.createDatabase("bench");
      return store;
    }

    @Override
    public String sink() {
      return MeasuredGateway.influx1(server.url());
    }

    @Override
    public String output() {
      return """
          [[outputs.influxdb]]
            urls = ["%s"]
            database = "bench"
            skip_database_creation = true
            content_encoding = "identity"
          """
          .formatted(server.url());
    }

    @Override
    public long points() throws IOException {
      return server.pointsTaken();
    }

    @Override
    public long distinct() {
      return server.count("bench", "telemetry", "seq");
    }
  }

  /** InfluxDB 2.8. */
  record Influx2(InfluxDb2 server) implements BenchStore {

    static Influx2 started(Path home) throws IOException {
      Influx2 store = new Influx2(new InfluxDb2(home));
      store.server.start("bench");
      return store;
    }

    @Override
    public String sink() {
      return "{ name: history, type: influxdb, version: 2, url: \"%s\", org: %s, bucket: bench, token: %s }"
          .formatted(server.url(), InfluxDb2.ORG, InfluxDb2.TOKEN);
    }

    @Override
    public String output() {
      return """
          [[outputs.influxdb_v2]]
            urls = ["%s"]
            organization = "%s"
            bucket = "bench"
            token = "%s"
            content_encoding = "identity"
          """
          .formatted(server.url(), InfluxDb2.ORG, InfluxDb2.TOKEN);
    }

    @Override
    public long points() throws IOException {
      return server.pointsTaken();
    }

    @Override
    public long distinct() {
      return InfluxDb.countOf(server.query("bench", "SELECT count(seq) FROM telemetry"));
    }
  }
}
