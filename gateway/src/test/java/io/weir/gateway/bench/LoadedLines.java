package io.weir.gateway.bench;

import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Ports;
import io.weir.sim.load.Load;
import java.nio.file.Path;
import java.util.List;

/**
 * The yardstick of a way into InfluxDB 1: the lines that the gateway makes of the messages of a
 * round, posted by a loader that has them ready.
 *
 * @param messages of a round, a line each
 * @param bodies as the gateway posts them
 */
record LoadedLines(int messages, List<byte[]> bodies) {

  static final int TOPICS = 100;

  static LoadedLines of(Path home, int messages) throws Exception {
    int port = Ports.free();
    int storePort = Ports.free();
    try (LineRecorder recorder = new LineRecorder(storePort);
        MeasuredGateway gateway =
            MeasuredGateway.listening(home, port, "http://127.0.0.1:" + storePort)) {
      gateway.startConnected();
      Load.run("tcp://127.0.0.1:" + port, messages, 1, TOPICS, 0);
      gateway.awaitStored(messages);
      return new LoadedLines(messages, recorder.bodies());
    }
  }

  /** Lines a second of the best raw loader, into a store of its own. */
  double loaded(Path home) throws Exception {
    try (InfluxDb influx = new InfluxDb(home)) {
      influx.start();
      double best = 0;
      for (int turn = -1; turn < RawLoader.IN_FLIGHT.length; turn++) { // the first warms up
        String database = "turn" + (turn + 1);
        influx.createDatabase(database);
        RawLoader.Target target = RawLoader.Target.influx(influx.url(), database);
        double rate =
            messages / RawLoader.seconds(target, bodies, RawLoader.IN_FLIGHT[Math.max(0, turn)]);
        best = turn < 0 ? 0 : Math.max(best, rate);
      }
      return best;
    }
  }
}
