package io.weir.gateway.notify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NoticesTest {

  private static final Instant MONDAY = Instant.parse("2026-03-02T08:00:00Z");
  private static final Schedule ALWAYS = new Schedule(ZoneOffset.UTC, List.of(), Set.of());
  private static final OutletCommon LIMITS = new OutletCommon("chat", Duration.ofSeconds(15), 3);
  private static final Composer COMPOSER =
      new Composer("plant-a-1", "https://weir.example.com", ZoneId.of("Europe/Berlin"));

  private Instant now = MONDAY;
  private final List<Cause> holding = new ArrayList<>();
  private boolean known = true;
  private String shift = "";
  private Notices notices = new Notices(List.of(rule()), List.of("chat"));

  private static final Asset LINE = new Asset(null, null, "l", null);
  private static final Asset MACHINE = new Asset(null, null, null, "m");

  private static Rule rule() {
    return rule(Duration.ZERO, ALWAYS, Duration.ofHours(4));
  }

  private static Rule rule(Duration holds, Schedule during, Duration repeat) {
    return new Rule(
        "all", Set.of("alarms"), holds, null, Double.NaN, 0, during, repeat, List.of("chat"));
  }

  private final Causes causes =
      new Causes() {
        @Override
        public @Nullable List<Cause> of(Rule rule) {
          return known ? List.copyOf(holding) : null;
        }

        @Override
        public Set<String> shifts(Asset asset) {
          return shift.isEmpty() ? Set.of() : Set.of(shift);
        }
      };

  private static long ns(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }

  private Cause down(String sink) {
    String text = "the store of sink " + sink + " is down";
    return new Cause("sink-down", sink, Asset.NONE, true, text, ns(now));
  }

  private void with(Rule rule) {
    notices = new Notices(List.of(rule), List.of("chat"));
  }

  private void raise(String sink) {
    holding.add(down(sink));
    step(Duration.ofSeconds(1));
  }

  private void clear() {
    holding.clear();
    step(Duration.ofSeconds(1));
  }

  private boolean step(Duration later) {
    now = now.plus(later);
    return notices.update(causes, ns(now), true);
  }

  private @Nullable Batch due() {
    return notices.due("chat", LIMITS, ns(now));
  }

  private Batch taken() {
    step(LIMITS.gather());
    Batch batch = due();
    assertThat(batch).isNotNull();
    notices.delivered("chat", batch, ns(now));
    return batch;
  }

  private List<Event.Type> types(Batch batch) {
    return batch.events().stream().map(Event::type).toList();
  }

  // ---- One cause

  @Test
  void aCauseIsSentOnceWhenItBeginsAndOnceWhenItEnds() {
    raise("history");
    assertThat(types(taken())).containsExactly(Event.Type.RAISED);
    step(Duration.ofHours(1));
    assertThat(due()).isNull();

    clear();
    assertThat(types(taken())).containsExactly(Event.Type.CLEARED);
    step(Duration.ofHours(1));
    assertThat(due()).isNull();
    assertThat(notices.notices()).isEmpty();
  }

  @Test
  void aClockThatWasYearsAheadKeepsNoMessageBackOnceItIsRight() {
    now = MONDAY.plus(Duration.ofDays(3650));
    for (int i = 0; i < LIMITS.maxPerHour(); i++) {
      raise("history" + i);
      taken();
    }
    step(Duration.between(now, MONDAY));
    raise("other");
    step(Duration.ofMinutes(61));
    assertThat(types(taken())).containsExactly(Event.Type.RAISED);
    step(Duration.ofHours(3));
    assertThat(types(taken())).contains(Event.Type.REPEATED);
  }

  @Test
  void whatFlappedWhileTheClockWasAheadIsCalmOnceItIsRight() {
    now = MONDAY.plus(Duration.ofDays(3650));
    for (int i = 0; i < 12; i++) {
      raise("history");
      clear();
    }
    step(Duration.between(now, MONDAY));
    step(Duration.ofHours(2));
    step(Duration.ofHours(2));
    assertThat(notices.notices()).isEmpty();
  }

  @Test
  void aCauseThatEndsBeforeItsDurationIsNotSent() {
    with(rule(Duration.ofMinutes(10), ALWAYS, Duration.ZERO));
    raise("history");
    step(Duration.ofMinutes(9));
    clear();
    step(Duration.ofMinutes(9));
    assertThat(due()).isNull();

    raise("history");
    step(Duration.ofMinutes(10));
    assertThat(types(taken())).containsExactly(Event.Type.RAISED);
  }

  @Test
  void itIsRepeatedUntilSomeoneAcknowledgesIt() {
    raise("history");
    taken();
    step(Duration.ofHours(4));
    assertThat(types(taken())).containsExactly(Event.Type.REPEATED);

    OpenNotice open = notices.notices().get(0);
    assertThat(notices.acknowledge(open.id(), "anna", "on my way", ns(now))).isNotNull();
    step(Duration.ofHours(40));
    assertThat(due()).isNull();
    assertThat(notices.notices().get(0).acknowledged())
        .isEqualTo(
            new OpenNotice.Acknowledged("anna", "on my way", now.minus(Duration.ofHours(40))));

    clear();
    assertThat(types(taken()))
        .as("its end is sent all the same")
        .containsExactly(Event.Type.CLEARED);
    assertThat(notices.acknowledge(open.id(), "anna", "", ns(now))).isNull();
  }

  @Test
  void withoutARepeatItIsSentOnce() {
    with(rule(Duration.ZERO, ALWAYS, Duration.ZERO));
    raise("history");
    taken();
    step(Duration.ofDays(3));
    assertThat(due()).isNull();
  }

  @Test
  void whatIsNotKnownHasNotEnded() {
    raise("history");
    taken();
    known = false;
    holding.clear();
    step(Duration.ofMinutes(5));
    assertThat(due()).isNull();
    assertThat(notices.notices()).hasSize(1);
  }

  @Test
  void rightAfterAStartNothingHasEnded() {
    raise("history");
    taken();
    holding.clear();
    notices.update(causes, ns(now), false);
    assertThat(notices.notices().get(0).raised()).isTrue();
  }

  @Test
  void aClockThatIsSetBackSendsNothingTwice() {
    raise("history");
    taken();
    step(Duration.ofDays(-30));
    step(Duration.ofHours(3));
    assertThat(due()).isNull();
    clear();
    step(Duration.ofMinutes(1));
    assertThat(types(taken())).containsExactly(Event.Type.CLEARED);
  }

  // ---- No storm

  @Test
  void whatComesTogetherGoesInOneMessage() {
    raise("history");
    assertThat(due()).as("waits for others").isNull();
    raise("archive");
    assertThat(types(taken())).containsExactly(Event.Type.RAISED, Event.Type.RAISED);
  }

  @Test
  void beyondTheBoundOfAnHourEventsWaitForTheNextMessage() {
    for (int i = 0; i < LIMITS.maxPerHour(); i++) {
      raise("sink" + i);
      taken();
    }
    raise("one-more");
    raise("another");
    step(Duration.ofMinutes(30));
    assertThat(due()).isNull();
    step(Duration.ofMinutes(31));
    assertThat(due()).isNotNull();
    assertThat(due().events()).hasSize(2);
  }

  @Test
  void aCauseThatComesAndGoesIsSaidToDoSoAndThenNothingUntilItIsCalm() {
    for (int i = 0; i < 20; i++) {
      raise("history");
      clear();
    }
    Batch batch = taken();
    assertThat(types(batch))
        .containsExactly(
            Event.Type.RAISED,
            Event.Type.CLEARED,
            Event.Type.RAISED,
            Event.Type.CLEARED,
            Event.Type.RAISED,
            Event.Type.CLEARED,
            Event.Type.FLAPPING);
    assertThat(notices.notices()).singleElement().matches(OpenNotice::flapping);
    step(Duration.ofMinutes(29));
    assertThat(due()).isNull();
    step(Duration.ofMinutes(2));
    assertThat(types(taken())).containsExactly(Event.Type.CLEARED);
    raise("history");
    assertThat(types(taken())).containsExactly(Event.Type.RAISED);
  }

  @Test
  void aReceiverThatWasAwayForADayGetsADigest() {
    for (int i = 0; i < 500; i++) {
      holding.clear();
      raise("sink" + i % 70);
      step(Duration.ofMinutes(2));
    }
    Notice notice = COMPOSER.compose("chat", taken(), now);
    assertThat(due()).isNull();
    assertThat(notice.lines()).hasSize(50);
    assertThat(notice.text().lines().count()).isLessThan(110);
    assertThat(notice.text()).contains("And 20 more.");
    assertThat(notice.title()).isEqualTo("[plant-a-1] 1 critical, 69 ended");
  }

  @Test
  void beyondAThousandTheOldestAreLeftOutAndCounted() {
    with(rule(Duration.ZERO, ALWAYS, Duration.ofMinutes(1)));
    raise("history");
    for (int i = 0; i < 1200; i++) {
      step(Duration.ofMinutes(1));
    }
    Batch batch = taken();
    assertThat(batch.events()).hasSize(1000);
    assertThat(COMPOSER.compose("chat", batch, now).text())
        .contains("201 older notifications were left out.");
    assertThat(notices.omitted("chat")).isZero();
  }

  @Test
  void whatIsOlderThanAWeekIsLeftOut() {
    raise("history");
    clear();
    step(Duration.ofDays(8));
    assertThat(notices.waiting("chat")).isZero();
    assertThat(notices.omitted("chat")).isEqualTo(2);
  }

  @Test
  void whatCameWhileAMessageWasUnderWayIsNotLost() {
    raise("history");
    step(LIMITS.gather());
    Batch underWay = due();
    raise("archive");
    notices.delivered("chat", underWay, ns(now));
    assertThat(taken().events())
        .extracting(event -> event.cause().subject())
        .containsExactly("archive");
  }

  // ---- Schedules

  @Test
  void outsideItsHoursNothingIsSentAndThenWhatStillHolds() {
    Schedule night =
        new Schedule(
            ZoneId.of("Europe/Berlin"),
            List.of(
                new Schedule.Span(
                    EnumSet.allOf(DayOfWeek.class), LocalTime.of(22, 0), LocalTime.of(6, 0))),
            Set.of());
    with(rule(Duration.ZERO, night, Duration.ZERO));
    raise("history"); // 09:00 in Berlin
    step(Duration.ofHours(12));
    assertThat(due()).isNull();
    step(Duration.ofHours(1));
    assertThat(types(taken())).containsExactly(Event.Type.RAISED);

    step(Duration.ofHours(9)); // 07:00
    clear();
    step(Duration.ofHours(1));
    assertThat(due()).as("its end waits for the evening").isNull();
    step(Duration.ofHours(14));
    assertThat(types(taken())).containsExactly(Event.Type.CLEARED);
  }

  @Test
  void aSpanOverMidnightBelongsToTheDayOnWhichItBegins() {
    Schedule fridayNight =
        new Schedule(
            ZoneOffset.UTC,
            List.of(
                new Schedule.Span(
                    Set.of(DayOfWeek.FRIDAY), LocalTime.of(22, 0), LocalTime.of(6, 0))),
            Set.of());
    assertThat(fridayNight.isOpen(Instant.parse("2026-03-06T21:59:00Z"), Set.of())).isFalse();
    assertThat(fridayNight.isOpen(Instant.parse("2026-03-06T22:00:00Z"), Set.of())).isTrue();
    assertThat(fridayNight.isOpen(Instant.parse("2026-03-07T05:59:00Z"), Set.of())).isTrue();
    assertThat(fridayNight.isOpen(Instant.parse("2026-03-07T06:00:00Z"), Set.of())).isFalse();
    assertThat(fridayNight.isOpen(Instant.parse("2026-03-06T05:00:00Z"), Set.of())).isFalse();
  }

  @Test
  void aRuleOfAShiftSendsInThatShiftOnly() {
    with(
        rule(
            Duration.ZERO, new Schedule(ZoneOffset.UTC, List.of(), Set.of("late")), Duration.ZERO));
    shift = "early";
    raise("history");
    step(Duration.ofHours(1));
    assertThat(due()).isNull();
    shift = "late";
    step(Duration.ofSeconds(1));
    assertThat(types(taken())).containsExactly(Event.Type.RAISED);
  }

  // ---- What is kept

  @Test
  void itGoesOnWithWhatWasKept() throws IOException {
    raise("history");
    raise("archive");
    notices.acknowledge(notices.notices().get(0).id(), "anna", "known", ns(now));
    byte[] kept = NoticesCodec.encode(notices);

    List<OpenNotice> before = notices.notices();
    with(rule());
    NoticesCodec.decode(kept, notices);

    assertThat(notices.notices()).isEqualTo(before);
    assertThat(NoticesCodec.encode(notices)).isEqualTo(kept);
    assertThat(types(taken())).containsExactly(Event.Type.RAISED, Event.Type.RAISED);
    step(Duration.ofHours(5));
    assertThat(taken().events())
        .extracting(event -> event.cause().subject())
        .as("the other is acknowledged")
        .containsExactly("archive");
  }

  @Test
  void whatTextsSayIsKeptTooAndAbsentWhereAVersionBeforeKeptIt() throws IOException {
    Facts facts = Facts.low(0.5, 0.75, "early");
    holding.add(new Cause("oee-under", "l", LINE, true, false, "low", facts, ns(now)));
    step(Duration.ofSeconds(1));
    String kept = new String(NoticesCodec.encode(notices), UTF_8);
    with(rule());
    NoticesCodec.decode(kept.getBytes(UTF_8), notices);
    assertThat(notices.notices()).extracting(each -> each.cause().facts()).containsExactly(facts);

    with(rule());
    String before = kept.replaceAll("\"facts\":\\{[^}]*},", "");
    assertThat(before).isNotEqualTo(kept);
    NoticesCodec.decode(before.getBytes(UTF_8), notices);
    assertThat(notices.notices())
        .extracting(each -> each.cause().facts())
        .containsExactly(Facts.NONE);
  }

  @Test
  void aRuleThatIsGoneIsForgottenWithItsNotifications() throws IOException {
    raise("history");
    byte[] kept = NoticesCodec.encode(notices);
    notices = new Notices(List.of(), List.of("mail"));
    NoticesCodec.decode(kept, notices);
    assertThat(step(Duration.ofSeconds(1))).isTrue();
    assertThat(notices.notices()).isEmpty();
    assertThat(notices.waiting("chat")).isZero();
  }

  // ---- Its text

  @Test
  void aMessageSaysWhatWhereSinceWhenAndWhereToLook() {
    Cause cause =
        new Cause(
            "machine-down",
            "plant-a/hall 2/line-1/press-01",
            new Asset("plant-a", "hall 2", "line-1", "press-01"),
            true,
            "press-01 is down: JAM",
            ns(MONDAY));
    holding.add(cause);
    step(Duration.ofMinutes(12));
    Notice notice = COMPOSER.compose("chat", taken(), now);
    assertThat(notice.title()).isEqualTo("[plant-a-1] critical: press-01 is down: JAM");
    assertThat(notice.link())
        .isEqualTo("https://weir.example.com/#/machine/plant-a/hall%202/line-1/press-01");
    assertThat(notice.text())
        .isEqualTo(
            """
            critical: press-01 is down: JAM
              since 2026-03-02 09:00 Europe/Berlin (machine-down, n1)
              https://weir.example.com/#/machine/plant-a/hall%202/line-1/press-01

            Gateway plant-a-1: https://weir.example.com/
            """);
    holding.clear();
    step(Duration.ofMinutes(13));
    assertThat(COMPOSER.compose("chat", taken(), now).text())
        .startsWith(
            """
            ended: press-01 is down: JAM
              since 2026-03-02 09:00 Europe/Berlin, for 25 min (machine-down, n1)
            """);
  }

  @Test
  void machinesOfOnePathHaveNotificationsAndLinksOfTheirOwn() {
    Asset inLine = new Asset("a", null, "b", "m/1");
    Asset inArea = new Asset("a", "b", null, "m/1");
    for (Asset asset : List.of(inLine, inArea)) {
      holding.add(new Cause("machine-down", asset.place(), asset, true, asset.place(), ns(now)));
    }
    step(Duration.ofSeconds(1));
    assertThat(notices.notices())
        .extracting(each -> each.cause().asset())
        .containsExactly(inLine, inArea);
    Notice notice = COMPOSER.compose("chat", taken(), now);
    assertThat(notice.lines()).extracting(Notice.Line::asset).containsExactly(inLine, inArea);
    assertThat(notice.text())
        .contains("https://weir.example.com/#/machine/a//b/m%2F1\n")
        .contains("https://weir.example.com/#/machine/a/b//m%2F1\n");

    holding.remove(0);
    step(Duration.ofMinutes(1));
    assertThat(notices.notices())
        .extracting(each -> each.cause().asset())
        .as("the other is still down")
        .containsExactly(inArea);
  }

  @Test
  void aNotificationThatAnEarlierVersionKeptGoesOnForTheMachineOfItsPath() throws IOException {
    Asset press = new Asset("a", "b", null, "m");
    holding.add(new Cause("machine-down", "a/b/m", press, true, "m is down", ns(now)));
    step(Duration.ofSeconds(1));
    String kept = new String(NoticesCodec.encode(notices), UTF_8);
    String before = kept.replaceAll("\"levels\":\\[[^]]*],", "");
    assertThat(before).isNotEqualTo(kept);
    with(rule());
    NoticesCodec.decode(before.getBytes(UTF_8), notices);
    taken();
    step(Duration.ofMinutes(1));
    assertThat(notices.notices())
        .extracting(each -> each.id() + " " + each.cause().asset())
        .containsExactly("n1 " + press);
    assertThat(notices.waiting("chat")).isZero();
  }

  @Test
  void aNameCannotBreakALineOrAHeader() {
    holding.add(
        new Cause(
            "machine-down", "m", MACHINE, true, "m\r\nBcc: all@example.com\u2028is down", ns(now)));
    step(Duration.ofSeconds(1));
    Notice notice = COMPOSER.compose("chat", taken(), now);
    assertThat(notice.title()).doesNotContain("\r", "\n", "\u2028");
    assertThat(notice.text()).contains("critical: m Bcc: all@example.com is down\n");
    assertThat(Composer.oneLine("x".repeat(1000), Notice.MOST_TITLE)).hasSize(Notice.MOST_TITLE);
  }
}
