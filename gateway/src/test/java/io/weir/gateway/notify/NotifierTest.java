package io.weir.gateway.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.AtomicFile;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The notifier on one thread, with a disk that forgets what was not forced. */
class NotifierTest {

  private static final Path FOLDER = Path.of("/data");

  private final ManualTime time = new ManualTime();
  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Receiver chat = new Receiver("chat");
  private final Receiver mail = new Receiver("mail");
  private final List<Cause> holding = new ArrayList<>();

  /** A receiver of the test, which can be away. */
  private static final class Receiver implements Outlet, OutletConfig {
    final String name;
    final List<Notice> taken = new ArrayList<>();
    String away = "";
    boolean takesAndFails;
    int attempts;

    Receiver(String name) {
      this.name = name;
    }

    @Override
    public OutletCommon common() {
      return new OutletCommon(name, Duration.ofSeconds(1), 100);
    }

    @Override
    public String type() {
      return "test";
    }

    @Override
    public String summary() {
      return name;
    }

    @Override
    public void send(Notice notice) throws IOException {
      attempts++;
      if (away.equals("defect")) {
        throw new IllegalStateException("a defect of the kind");
      }
      if (!away.isEmpty()) {
        throw new IOException(away);
      }
      taken.add(notice);
      if (takesAndFails) {
        throw new IOException("the answer was lost");
      }
    }
  }

  private Notifier.Store store() {
    AtomicFile file = new AtomicFile(disk, FOLDER.resolve("notifications"));
    return new Notifier.Store() {
      @Override
      public Optional<byte[]> load() throws IOException {
        return file.read();
      }

      @Override
      public void save(byte[] bytes) throws IOException {
        file.write(bytes);
      }
    };
  }

  private Notifier notifier() throws IOException {
    disk.createDirectories(FOLDER);
    Rule rule =
        new Rule(
            "all",
            Set.of(Rule.ALARMS),
            Duration.ZERO,
            null,
            Double.NaN,
            0,
            new Schedule(ZoneOffset.UTC, List.of(), Set.of()),
            Duration.ofHours(4),
            List.of("chat", "mail"));
    NotifyConfig config =
        new NotifyConfig("g", "", ZoneOffset.UTC, "en", List.of(chat, mail), List.of(rule), null);
    Map<OutletConfig, Outlet> outlets = new LinkedHashMap<>();
    outlets.put(chat, chat);
    outlets.put(mail, mail);
    Notifier made = new Notifier(config, outlets, store(), time, meters);
    made.asks(asked -> List.copyOf(holding));
    return made;
  }

  private void raise(String subject) {
    holding.add(
        new Cause(
            "sink-down", subject, Asset.NONE, true, "sink " + subject + " is down", time.wallNs()));
  }

  private void steps(Notifier notifier, Duration of) {
    for (long s = 0; s <= of.toSeconds(); s++) {
      notifier.stepAll();
      time.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  void whatHasBegunAndIsNotDeliveredSurvivesTheEndOfTheProcess() throws IOException {
    chat.away = "refused";
    mail.away = "refused";
    Notifier before = notifier();
    raise("history");
    before.stepAll();
    disk.crash();

    chat.away = "";
    holding.clear();
    Notifier after = notifier();
    steps(after, Duration.ofSeconds(2));
    assertThat(chat.taken).hasSize(1);
    assertThat(chat.taken.get(0).title()).isEqualTo("[g] critical: sink history is down");
    assertThat(mail.taken).isEmpty();
    assertThat(after.open()).extracting(open -> open.cause().subject()).containsExactly("history");
  }

  @Test
  void whatWasDeliveredIsNotSentAgainAfterTheEndOfTheProcess() throws IOException {
    Notifier before = notifier();
    raise("history");
    steps(before, Duration.ofSeconds(3));
    assertThat(chat.taken).hasSize(1);
    disk.crash();

    steps(notifier(), Duration.ofMinutes(10));
    assertThat(chat.taken).hasSize(1);
  }

  @Test
  void aMessageWhoseAnswerWasLostIsSentAgainUnderTheSameId() throws IOException {
    chat.takesAndFails = true;
    Notifier notifier = notifier();
    raise("history");
    steps(notifier, Duration.ofSeconds(3));
    chat.takesAndFails = false;
    steps(notifier, Duration.ofSeconds(10));
    assertThat(chat.taken).hasSize(2);
    assertThat(chat.taken.get(0).id()).isEqualTo(chat.taken.get(1).id());
  }

  @Test
  void anOutletThatIsAwayHoldsUpNoOtherIsTriedLessOftenAndIsAnAlarm() throws IOException {
    chat.away = "connection refused";
    Notifier notifier = notifier();
    raise("history");
    steps(notifier, Duration.ofSeconds(30));
    assertThat(mail.taken).hasSize(1);
    assertThat(notifier.troubles()).as("it may be back soon").isEmpty();
    steps(notifier, Duration.ofHours(1));
    assertThat(notifier.troubles())
        .containsExactly(new Trouble(AlarmKind.OUTLET_DOWN, "chat", "connection refused"));
    assertThat(chat.attempts).isBetween(10, 20);
    assertThat(meters.get(MeterNames.NOTIFY_PENDING).tag("outlet", "chat").gauge().value())
        .isEqualTo(1);
    assertThat(meters.get(MeterNames.NOTIFY_FAILED).tag("outlet", "chat").counter().count())
        .isEqualTo(chat.attempts);

    chat.away = "";
    steps(notifier, Duration.ofMinutes(5));
    assertThat(chat.taken).hasSize(1);
    assertThat(notifier.troubles()).isEmpty();
    assertThat(meters.get(MeterNames.NOTIFY_DELIVERED).tag("outlet", "chat").counter().count())
        .isEqualTo(1);
  }

  @Test
  void aDefectOfAKindOfOutletStopsNothing() throws IOException {
    chat.away = "defect";
    Notifier notifier = notifier();
    raise("history");
    steps(notifier, Duration.ofMinutes(2));
    assertThat(mail.taken).hasSize(1);
    assertThat(notifier.troubles()).extracting(Trouble::subject).containsExactly("chat");
  }

  @Test
  void onADiskThatTakesNothingItIsSentAllTheSame() throws IOException {
    Notifier notifier = notifier();
    raise("history");
    disk.fillUpTo(0);
    steps(notifier, Duration.ofSeconds(3));
    assertThat(chat.taken).hasSize(1);
  }

  @Test
  void anAcknowledgementIsKept() throws IOException {
    Notifier notifier = notifier();
    raise("history");
    steps(notifier, Duration.ofSeconds(3));
    String id = notifier.open().get(0).id();
    assertThat(notifier.acknowledge(id, "anna", "on my way")).isNotNull();
    assertThat(notifier.acknowledge("n999", "anna", "")).isNull();
    disk.crash();

    Notifier after = notifier();
    assertThat(after.open().get(0).acknowledged()).isNotNull();
    time.advance(Duration.ofHours(5));
    steps(after, Duration.ofSeconds(3));
    assertThat(chat.taken).as("no repeat").hasSize(1);
  }

  @Test
  void theHeartbeatComesAtItsIntervalsWhileTheGatewayWorks() {
    List<Beat> beats = new ArrayList<>();
    Outlet outlet =
        new Outlet() {
          @Override
          public void send(Notice notice) throws IOException {
            throw new IOException("not for messages");
          }

          @Override
          public void beat(Beat beat) throws IOException {
            beats.add(beat);
            if (beats.size() == 2) {
              throw new IOException("away");
            }
          }
        };
    boolean[] works = {true};
    Heartbeat.Life life =
        new Heartbeat.Life() {
          @Override
          public boolean works() {
            return works[0];
          }

          @Override
          public boolean isReady() {
            return false;
          }
        };
    Heartbeat heartbeat =
        new Heartbeat("g", Duration.ofMinutes(1), Map.of("watch", outlet), life, time);
    for (int i = 0; i < 90; i++) {
      heartbeat.step();
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(beats).hasSize(2);
    assertThat(beats.get(0).ready()).isFalse();
    assertThat(heartbeat.troubles())
        .containsExactly(new Trouble(AlarmKind.OUTLET_DOWN, "watch", "heartbeat: away"));
    works[0] = false;
    time.advance(Duration.ofHours(1));
    heartbeat.step();
    assertThat(beats).hasSize(2);
    works[0] = true;
    heartbeat.step();
    assertThat(beats).hasSize(3);
    assertThat(heartbeat.troubles()).isEmpty();
  }
}
