package io.weir.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.group.FoldedTo;
import io.weir.gateway.group.Group;
import io.weir.gateway.group.GroupConfig;
import io.weir.gateway.group.Member;
import io.weir.gateway.group.Sickness;
import io.weir.gateway.group.Way;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.sink.Condition;
import io.weir.gateway.sink.Portion;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.SinkPipeline;
import io.weir.gateway.source.Announcer;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.SubscribeRequest;
import io.weir.gateway.source.Subscriber;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The wiring of a gateway that is a member of a group. */
final class GroupParts {

  /** Longer than a member may be silent, and no longer: what is retained is soon forgotten. */
  private static final Duration EXPIRY = Duration.ofSeconds(5);

  /** It is sent again until it is confirmed. */
  private static final Duration EXPIRY_OF_SAID = Duration.ofSeconds(30);

  /** Figures that are so old are not of now. */
  private static final long BEHIND_NS = TimeUnit.SECONDS.toNanos(30);

  private final Base base;
  private final GroupConfig config;
  private final Group group;
  private final @Nullable FoldedTo folded;

  GroupParts(Base base, GroupConfig config) throws IOException {
    this.base = base;
    this.config = config;
    folded = base.config().efficiency() == null ? null : new FoldedTo();
    group =
        new Group(
            config,
            base.config().gateway().id(),
            base.config().sources().stream()
                .filter(SourceConfig::isWhole)
                .map(SourceConfig::name)
                .collect(Collectors.toSet()),
            SourceConfig.REPLAY,
            new BookFile("group", base.data().group(base.files()), base.damaged()),
            base.time());
    Gauge.builder(MeterNames.GROUP_EPOCH, group, each -> each.status().own().epoch())
        .register(base.meters());
    Gauge.builder(
            MeterNames.GROUP_MEMBERS,
            group,
            each -> each.status().members().stream().filter(Member::there).count())
        .register(base.meters());
  }

  Group group() {
    return group;
  }

  /** What one drain sends of a log. */
  Portion portion(SinkConfig sink, String name, SegmentLog log) {
    Counter passedOver =
        Counter.builder(MeterNames.GROUP_PASSED_OVER)
            .tags("sink", sink.name(), "log", name)
            .register(base.meters());
    if (!name.equals(Logs.FIGURES)) {
      return group.way(
          sink.name(), name, completeTo(log), Way.Content.READINGS, passedOver::increment);
    }
    group.wroteUpTo(log.lastReceiveTimeNs());
    Way.Content content = sink.sharesRows() ? Way.Content.SHARED_FIGURES : Way.Content.OWN_FIGURES;
    Way way = group.way(sink.name(), name, completeTo(log), content, passedOver::increment);
    if (folded != null) {
      way.of(folded);
    }
    return way;
  }

  /** While something is not on disk yet, it is not known that all which was received is. */
  private LongSupplier completeTo(SegmentLog log) {
    Time time = base.time();
    return () -> {
      long now = time.wallNs();
      return log.syncedOffset() == log.endOffset() ? now : Portion.NOTHING;
    };
  }

  /** The figures are told to say how far they are, each time that all of them is in their log. */
  void folds(FigureParts parts, SegmentLog figures) {
    FoldedTo to = folded;
    if (to != null) {
      EfficiencyConsumer consumer = parts.consumer();
      group.shares(new SharedEntries(parts.corrections().sharing(), parts::isRemaking));
      consumer.knowsAll(group::hearsItself);
      consumer.committed(receivedNs -> to.note(figures.endOffset(), receivedNs));
    }
  }

  // ---- The source by which members hear each other

  private boolean isLink(String source) {
    return source.equals(config.source());
  }

  private List<SubscribeRequest> members() {
    return List.of(
        new SubscribeRequest(config.prefix() + "+", 1, true),
        new SubscribeRequest(config.prefix() + "+/said", 1, true));
  }

  /** What a source subscribes: that of the group hears the members too. */
  List<SubscribeRequest> subscriptions(String source, List<SubscribeRequest> ofRoutes) {
    if (!isLink(source)) {
      return ofRoutes;
    }
    List<SubscribeRequest> all = new ArrayList<>(ofRoutes);
    all.addAll(members());
    return all;
  }

  /** Keeps what is for the group from the intake, in order with the rest. */
  Inbox inbox(String source, Inbox intake) {
    return isLink(source) ? new Heard(intake) : intake;
  }

  /** The same sources, with the subscription of the group kept through a reload. */
  List<Subscriber> subscribers(List<Subscriber> sources) {
    return sources.stream()
        .map(each -> isLink(each.name()) ? (Subscriber) new Kept(each) : each)
        .toList();
  }

  void lives(List<Source> sources, List<SinkPipeline> pipelines, @Nullable EfficiencyConsumer of) {
    Announcer link =
        sources.stream()
            .filter(each -> isLink(each.name()) && each instanceof Announcer)
            .map(Announcer.class::cast)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("the source of the group cannot send"));
    group.lives(
        new Life(sources, pipelines, of),
        new Group.Link() {
          @Override
          public void say(String topic, byte[] payload) {
            link.announce(topic, payload, payload.length == 0 ? Duration.ZERO : EXPIRY);
          }

          @Override
          public void pass(String topic, byte[] payload) {
            link.tell(topic, payload, EXPIRY_OF_SAID);
          }
        });
  }

  private final class Life implements Group.Life {

    private final List<Source> sources;
    private final List<SinkPipeline> pipelines;
    private final @Nullable EfficiencyConsumer figures;
    private final Sickness sickness = new Sickness();

    Life(List<Source> sources, List<SinkPipeline> pipelines, @Nullable EfficiencyConsumer figures) {
      this.sources = sources;
      this.pipelines = pipelines;
      this.figures = figures;
    }

    @Override
    public boolean isReady() {
      return sources.stream().allMatch(each -> each.status().ready());
    }

    /** Before the first reading there is nothing to be behind with. */
    @Override
    public boolean isCaughtUp() {
      if (figures == null || figures.pending() == 0) {
        return true;
      }
      return figures.fault().isEmpty()
          && base.time().wallNs() - figures.snapshot().asOfNs() < BEHIND_NS;
    }

    /** Where another member sends, perhaps nothing is written that would show a store is back. */
    @Override
    public boolean isWell() {
      boolean well = true;
      long unwellNs = 0;
      for (SinkPipeline each : pipelines) {
        Condition condition = each.drain().condition();
        if (!condition.isWell()) {
          well = false;
          unwellNs = Math.max(unwellNs, base.time().wallNs() - condition.sinceWallNs());
        }
      }
      return sickness.isOver(well, unwellNs, base.time().elapsedNs());
    }

    @Override
    public long sessionsLost() {
      return sources.stream().mapToLong(each -> each.status().sessionsLost()).sum();
    }
  }

  private final class Heard implements Inbox {

    private final Inbox intake;

    Heard(Inbox intake) {
      this.intake = intake;
    }

    @Override
    public Answer offer(Delivery delivery) {
      if (delivery.rejected() != null || !group.isOfGroup(delivery.topic())) {
        return intake.offer(delivery);
      }
      group.hears(delivery.topic(), delivery.payload());
      delivery.settled().durable(new Receipt(0, 0, 0, List.of()));
      return Answer.TAKEN;
    }

    @Override
    public Answer note(String source, SessionEvent event, Delivery.Settled settled) {
      return intake.note(source, event, settled);
    }

    @Override
    public void endLinger() {
      intake.endLinger();
    }

    @Override
    public void refused(Delivery delivery) {
      if (!group.isOfGroup(delivery.topic())) {
        intake.refused(delivery);
      }
    }
  }

  /** A source whose subscriptions always have that of the group. */
  private final class Kept implements Subscriber {

    private final Subscriber source;

    Kept(Subscriber source) {
      this.source = source;
    }

    @Override
    public CompletableFuture<Void> subscribe(List<SubscribeRequest> ofRoutes) {
      return source.subscribe(subscriptions(source.name(), ofRoutes));
    }

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public void start(Threads threads) {
      source.start(threads);
    }

    @Override
    public Status status() {
      return source.status();
    }

    @Override
    public void stopReceiving() {
      source.stopReceiving();
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
