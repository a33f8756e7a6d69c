package io.weir.gateway.peers;

import io.weir.peers.Mosquitto;
import io.weir.peers.Peer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Node-RED with a flow that subscribes at QoS 1, makes a point of each message of {@link
 * io.weir.sim.load.Load}, and writes the points in batches by node-red-contrib-influxdb. It
 * acknowledges what it has received.
 */
public final class NodeRed extends Peer {

  /** Collects points up to 5,000, or for 200 ms. */
  private static final String COLLECT =
      """
      const [, site, area, line, machine, measurement] = msg.topic.split('/');
      const { ts, ...fields } = msg.payload;
      const points = context.get('points');
      points.push({ measurement, tags: { site, area, line, machine }, fields, timestamp: ts });
      if (points.length < 5000) return null;
      context.set('points', []);
      return { payload: points };""";

  private static final String BEGIN =
      """
      context.set('points', []);
      context.set('timer', setInterval(() => {
        const points = context.get('points');
        if (points.length === 0) return;
        context.set('points', []);
        node.send({ payload: points });
      }, 200));""";

  private static final String END = "clearInterval(context.get('timer'));";

  private final Path program;
  private final int port;

  /**
   * @param store an InfluxDB 1 with a database {@code bench}
   */
  public NodeRed(Path home, Mosquitto broker, InfluxDb store) throws IOException {
    super(home);
    program = Brought.nodeRed().orFail().resolve("node_modules/node-red/red.js");
    port = Ports.free();
    Files.writeString(
        home.resolve("settings.js"),
        """
        module.exports = {
          uiPort: %d, uiHost: '127.0.0.1', flowFile: 'flows.json', disableEditor: true,
          logging: { console: { level: 'warn' } },
        };
        """
            .formatted(port));
    Files.writeString(
        home.resolve("flows.json"),
        """
        [
          { "id": "tab", "type": "tab", "label": "bench" },
          { "id": "broker", "type": "mqtt-broker", "broker": "127.0.0.1", "port": "%d", "clientid": "node-red",
            "cleansession": false, "protocolVersion": "4", "keepalive": "60", "autoConnect": true },
          { "id": "store", "type": "influxdb", "influxdbVersion": "1.x", "hostname": "127.0.0.1", "port": "%d",
            "database": "bench" },
          { "id": "in", "type": "mqtt in", "z": "tab", "broker": "broker", "topic": "factory/#", "qos": "1",
            "datatype": "json", "wires": [["collect"]] },
          { "id": "collect", "type": "function", "z": "tab", "outputs": 1, "wires": [["out"]],
            "func": "%s", "initialize": "%s", "finalize": "%s" },
          { "id": "out", "type": "influxdb batch", "z": "tab", "influxdb": "store", "precision": "ms", "wires": [] }
        ]
        """
            .formatted(broker.port(), store.port(), inJson(COLLECT), inJson(BEGIN), END));
  }

  private static String inJson(String script) {
    return script.replace("\n", "\\n");
  }

  @Override
  protected List<String> command() {
    return List.of(
        program("node", "nodejs"),
        program.toString(),
        "--userDir",
        home().toAbsolutePath().toString());
  }

  @Override
  public int port() {
    return port;
  }
}
