package io.weir.gateway.cli;

import io.weir.gateway.config.Secret;
import io.weir.gateway.log.Time;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.plugin.Kinds;
import io.weir.gateway.sink.HeldFields;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.SinkFactory;
import io.weir.gateway.sink.embedded.EmbeddedConfig;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.sink.influx.StoreProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The store of a sink: whether it is there, would take a write, holds the same types. */
record StoreCheck(
    Diagnosis diagnosis,
    Time time,
    List<RouteConfig> routes,
    List<Types.Pin> pins,
    @Nullable Secret token) {

  private static final int CONNECT_MS = 5_000;
  private static final Duration APART = Duration.ofSeconds(5);

  /**
   * @param runs whether the gateway of this configuration runs, and with it an embedded store
   */
  void run(SinkConfig sink, boolean runs) {
    String subject = "sink " + sink.name();
    if (sink instanceof InfluxConfig influx) {
      influx(subject, influx);
    } else if (sink instanceof EmbeddedConfig embedded) {
      embedded(subject, embedded, runs);
    } else if (asked(subject, sink)) {
      return;
    } else if (sink.address().isEmpty()) {
      diagnosis.ok(subject, sink.summary());
    } else {
      reach(subject, sink);
    }
  }

  /** Asks a store of another kind; false where its kind has no question. */
  private boolean asked(String subject, SinkConfig sink) {
    SinkFactory<?> factory = Kinds.<SinkFactory<?>>installed(SinkFactory.class).get(sink.type());
    Answer answer = factory == null ? null : ask(factory, sink);
    if (answer instanceof Answer.Stored) {
      diagnosis.ok(subject, sink.summary() + " takes writes");
    } else if (answer instanceof Answer.Misconfigured wrong) {
      diagnosis.wrong(
          subject,
          "the store refuses: " + wrong.detail(),
          "change it here or there, then try again");
    } else if (answer instanceof Answer.Down down) {
      diagnosis.wrong(
          subject, down.detail(), "check address and network, and whether the store runs");
    } else if (answer != null) {
      diagnosis.wrong(subject, "the store answers: " + answer, "see the store's own log");
    }
    return answer != null;
  }

  private static <C extends SinkConfig> @Nullable Answer ask(
      SinkFactory<C> factory, SinkConfig sink) {
    return factory.ask(factory.configType().cast(sink));
  }

  private void influx(String subject, InfluxConfig sink) {
    StoreProbe.Found found;
    try {
      found = StoreProbe.ask(sink);
    } catch (IOException e) {
      diagnosis.wrong(
          subject,
          "no store answers at " + sink.url() + ": " + e.getMessage(),
          "check url and network, and whether the store runs");
      return;
    }
    String version = found.version().isEmpty() ? "" : "; version " + found.version();
    Answer answer = found.answer();
    if (answer instanceof Answer.Stored) {
      diagnosis.ok(subject, sink.summary() + " takes writes" + version);
      types(subject, sink);
    } else if (answer instanceof Answer.Misconfigured wrong) {
      diagnosis.wrong(
          subject,
          "the store refuses: " + wrong.detail(),
          "check token or login, and whether the database is there");
    } else {
      diagnosis.wrong(subject, "the store answers: " + answer, "see the store's own log");
    }
    Instant clock = found.clock();
    if (clock != null) {
      apart(subject, Duration.between(clock, Time.instant(time.wallNs())));
    }
  }

  private void types(String subject, SinkConfig sink) {
    try {
      HeldFields held = StoreTypes.held(sink, token);
      if (!held.note().isEmpty()) {
        diagnosis.ok(subject, held.note());
      }
      for (String conflict : StoreTypes.conflicts(routes, pins, sink.thin(), held.fields())) {
        diagnosis.wrong(subject, conflict, "");
      }
    } catch (IOException e) {
      diagnosis.note(subject, "the types of its fields are not known: " + e.getMessage(), "");
    }
  }

  private void apart(String subject, Duration apart) {
    if (apart.abs().compareTo(APART) > 0) {
      diagnosis.note(
          subject,
          "this machine's clock is %d s %s that of the store"
              .formatted(apart.abs().toSeconds(), apart.isNegative() ? "behind" : "ahead of"),
          "keep both by NTP: which of them is right is not known here");
    }
  }

  private void embedded(String subject, EmbeddedConfig sink, boolean runs) {
    if (runs) {
      diagnosis.ok(subject, sink.summary() + ", run by the gateway");
      types(subject, sink);
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), sink.port()));
      diagnosis.ok(subject, sink.summary() + ", which is free");
    } catch (IOException e) {
      diagnosis.wrong(
          subject,
          "cannot listen on port " + sink.port() + ": " + e.getMessage(),
          "choose another port for this sink, or stop what listens there");
    }
  }

  private void reach(String subject, SinkConfig sink) {
    URI address = URI.create(sink.address());
    int port = address.getPort() > 0 ? address.getPort() : 443;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), port), CONNECT_MS);
      diagnosis.ok(subject, sink.summary() + " can be reached");
    } catch (IOException e) {
      diagnosis.wrong(
          subject,
          "no store answers at " + sink.address() + ": " + e.getMessage(),
          "check url and network, and whether the store runs");
    }
  }
}
