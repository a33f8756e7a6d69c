package io.weir.gateway.intake;

import io.weir.gateway.decode.SessionDecoder;
import io.weir.gateway.log.StopSignal;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.CommandPublisher;
import io.weir.gateway.source.Source;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends commands to devices whose format has sessions, such as a rebirth request to a Sparkplug
 * node whose birth was missed. A few times a second its thread, {@code senders}, asks each decoder
 * what is due and passes it to the source that reaches the device.
 */
public final class Senders implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Senders.class);
  private static final Duration EVERY = Duration.ofMillis(200);

  private final Supplier<List<SessionDecoder>> decoders;
  private final List<Reached> reached;
  private final Time time;
  private final StopSignal stop = new StopSignal();
  private @Nullable Thread thread;

  /** A source that can reach its senders. */
  private record Reached(String source, Duration patience, CommandPublisher by) {}

  /**
   * @param decoders the current ones: routes may change
   */
  public Senders(Supplier<List<SessionDecoder>> decoders, List<Source> sources, Time time) {
    this.decoders = decoders;
    this.time = time;
    this.reached = sources.stream().flatMap(Senders::reached).toList();
  }

  private static Stream<Reached> reached(Source source) {
    if (source instanceof CommandPublisher by) {
      Duration patience = by.reorderTimeout();
      return patience == null ? Stream.of() : Stream.of(new Reached(source.name(), patience, by));
    }
    return Stream.of();
  }

  public void start(Threads threads) {
    if (!reached.isEmpty()) {
      thread = threads.start("senders", () -> stop.repeat(EVERY, this::step));
    }
  }

  /** Sends what is due now. */
  public void step() {
    reached.forEach(this::speak);
  }

  private void speak(Reached to) {
    for (SessionDecoder decoder : decoders.get()) {
      for (SessionDecoder.Command command : decoder.due(to.source(), to.patience(), time)) {
        LOG.info("{}: sends a request to {}", to.source(), command.topic());
        to.by().publish(command.topic(), command.payload());
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop.give();
    if (thread != null) {
      thread.join(10 * EVERY.toMillis());
    }
  }
}
