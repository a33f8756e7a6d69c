package io.weir.gateway.fuzz;

import io.weir.gateway.PayloadTarget;
import io.weir.gateway.http.HttpTarget;
import io.weir.gateway.log.LogTarget;
import io.weir.gateway.settings.ConfigTarget;
import io.weir.gateway.sink.influx.StoreAnswerTarget;
import io.weir.gateway.source.listener.ListenerTarget;
import io.weir.gateway.source.mqtt.guard.MqttTarget;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.Callable;

/** Where bytes come in. The constants are named as they are on the command line. */
enum Targets {
  /** What a broker sends. */
  mqtt(MqttTarget::new, 1_000),
  /** What devices send to the listener. */
  listener(ListenerTarget::new, 6_500),
  /** Payloads of every format. */
  payload(() -> new PayloadTarget(""), 200),
  /** Requests to the API, the page and the sources. */
  http(HttpTarget::new, 200),
  /** What a store answers. */
  store(StoreAnswerTarget::new, 1_000),
  /** The files of a log and of its cursors. */
  log(Targets::log, 500),
  /** The configuration file. */
  config(ConfigTarget::new, 200);

  private final Callable<Target> maker;
  private final int inTests;

  Targets(Callable<Target> maker, int inTests) {
    this.maker = maker;
    this.inTests = inTests;
  }

  /** How many inputs it is given in the tests, where they may take a second. */
  int inTests() {
    return inTests;
  }

  Target open() throws Exception {
    return maker.call();
  }

  /**
   * A target as it is named on the command line.
   *
   * @param part a part of it: a format of {@code payload}; "" for all of it
   */
  Target open(String part) throws Exception {
    if (!part.isEmpty() && this != payload) {
      throw new IllegalArgumentException(this + " has no parts");
    }
    return part.isEmpty() ? open() : new PayloadTarget(part);
  }

  /**
   * The tests of the log import nothing else of the gateway, so they do not know {@link Target}.
   */
  private static Target log() throws IOException {
    LogTarget target = new LogTarget();
    return new Target() {
      @Override
      public byte[] input(Random random) {
        return target.input(random);
      }

      @Override
      public String run(byte[] input) throws IOException {
        return target.run(input);
      }
    };
  }
}
