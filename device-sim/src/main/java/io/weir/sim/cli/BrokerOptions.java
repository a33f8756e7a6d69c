package io.weir.sim.cli;

import io.weir.sim.mqtt.EmbeddedBroker;
import io.weir.sim.mqtt.Publisher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the commands that publish: the broker, and whether to start one. */
final class BrokerOptions {

  private static final Duration POLL = Duration.ofMillis(100);

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "tcp://127.0.0.1:1883",
      description = "The broker: tcp://[user:password@]host:port. Default: ${DEFAULT-VALUE}")
  URI url = URI.create("tcp://127.0.0.1:1883");

  @Option(
      names = "--broker",
      description = "Start a broker (MQTT 5 and 3.1.1, no passwords) on the port of --url.")
  boolean broker;

  @Option(
      names = "--broker-bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "Address on which the broker listens; 0.0.0.0 opens it to the network."
              + " Default: ${DEFAULT-VALUE}")
  String bind = "127.0.0.1";

  @Option(
      names = "--broker-data",
      paramLabel = "DIR",
      description =
          "Folder for the messages of the broker. Default: a temporary one, deleted at the end")
  @Nullable Path data;

  @Option(
      names = "--no-wait",
      description =
          "With --broker: do not wait for a first subscriber. Messages without a subscriber are"
              + " lost.")
  boolean noWait;

  /** The broker, if one was asked for. Closing it deletes its temporary folder. */
  final class Running implements AutoCloseable {

    private final @Nullable EmbeddedBroker embedded;
    private final @Nullable Path temporary;

    private Running(@Nullable EmbeddedBroker embedded, @Nullable Path temporary) {
      this.embedded = embedded;
      this.temporary = temporary;
    }

    /** Waits for a first subscriber of the embedded broker; true if the command must stop. */
    boolean awaitSubscriber(StopSignal stop, Consumer<String> notes) {
      if (embedded == null || noWait) {
        return stop.getAsBoolean();
      }
      if (!embedded.hasSubscriber()) {
        notes.accept(
            "waiting for a first subscriber, such as a gateway (--no-wait starts at once)");
      }
      while (!embedded.hasSubscriber()) {
        if (stop.within(POLL)) {
          return true;
        }
      }
      return stop.getAsBoolean();
    }

    /** Waits until subscribers have received everything: the broker ends with the command. */
    void awaitReceived(StopSignal stop, Consumer<String> notes) {
      if (embedded == null) {
        return;
      }
      if (embedded.pending() > 0) {
        notes.accept("waiting until subscribers have received the rest (Ctrl-C ends the wait)");
      }
      while (embedded.pending() > 0 && !stop.within(POLL)) {
        // the condition waits
      }
    }

    @Override
    public void close() throws IOException {
      if (embedded != null) {
        embedded.close();
      }
      if (temporary != null) {
        delete(temporary);
      }
    }
  }

  /** Starts the broker if one is asked for. */
  Running start(Consumer<String> notes) throws IOException {
    Publisher.Options target = target(1, Duration.ZERO, notes);
    if (!broker) {
      return new Running(null, null);
    }
    InetAddress address;
    try {
      address = InetAddress.getByName(bind);
    } catch (UnknownHostException e) {
      throw new UserError("--broker-bind: " + bind + " is not an address of this computer");
    }
    boolean temporary = data == null;
    Path folder = data != null ? data : Files.createTempDirectory("weir-sim-broker");
    try {
      EmbeddedBroker embedded = EmbeddedBroker.start(folder, address, target.port());
      notes.accept("broker listens at tcp://" + bind + ":" + target.port());
      return new Running(embedded, temporary ? folder : null);
    } catch (FileSystemException e) {
      throw new IOException("the broker cannot use the folder " + folder + ": " + e, e);
    } catch (BindException e) {
      if (temporary) {
        delete(folder);
      }
      throw new IOException(
          ("port %d is in use or cannot be opened on %s (%s). If a broker runs there already, leave out"
                  + " --broker to use it; otherwise choose a port with --url tcp://127.0.0.1:PORT")
              .formatted(target.port(), bind, e.getMessage()),
          e);
    }
  }

  /** How to publish to the broker. */
  Publisher.Options target(int qos, Duration patience, Consumer<String> notes) {
    try {
      return new Publisher.Options(url, qos, 2_000, patience, notes);
    } catch (IllegalArgumentException e) {
      throw new UserError(String.valueOf(e.getMessage()));
    }
  }

  private static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException e)
                throws IOException {
              Files.delete(each);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
