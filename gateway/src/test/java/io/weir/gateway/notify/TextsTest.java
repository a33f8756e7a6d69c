package io.weir.gateway.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.alarm.Alarm;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.model.Asset;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {

  private static List<String> places(String text) {
    return Pattern.compile("\\{\\d}")
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"de", "zh"})
  void eachLanguageHasEveryTextWithTheSamePlacesAndNoOther(String language) {
    Texts other = Texts.of(language);
    assertThat(other.all().keySet()).isEqualTo(Texts.ENGLISH.all().keySet());
    Texts.ENGLISH
        .all()
        .forEach(
            (key, text) -> {
              assertThat(other.all().get(key)).as(key).isNotBlank();
              assertThat(places(other.all().get(key))).as(key).isEqualTo(places(text));
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de", "zh"})
  void everyAlarmHasItsWordsAndKeepsWhatThePartSays(String language) {
    Texts texts = Texts.of(language);
    for (AlarmKind kind : AlarmKind.values()) {
      String usual = kind.text("plant", "");
      String words = texts.text("alarm." + kind.id(), "plant");
      Alarm alarm =
          new Alarm(
              kind.id(),
              "plant",
              Instant.EPOCH,
              kind.severity(),
              kind.text("plant", "no route"),
              "no route");
      assertThat(texts.of(alarm)).isEqualTo(words + ": no route");
      assertThat(words.equals(usual)).as(kind.id()).isEqualTo(language.equals("en"));
    }
  }

  @Test
  void whatNobodySeesInANameIsShownByItsNumber() {
    assertThat(Composer.oneLine("press-1\u202e0\ndown", 100)).isEqualTo("press-1\\u{202e}0 down");
  }

  @Test
  void aMessageIsWholeInGerman() {
    Cause down =
        new Cause(
            "machine-down",
            "m",
            new Asset(null, null, null, "m"),
            true,
            "m hat eine Störung",
            1_700_000_000_000_000_000L);
    Cause sink =
        new Cause(
            "sink-held",
            "s",
            Asset.NONE,
            true,
            "Senke s braucht einen Eingriff",
            1_700_000_000_000_000_000L);
    long at = 1_700_007_500_000_000_000L;
    List<Event> events =
        List.of(
            new Event(1, Event.Type.REPEATED, "n1", sink, at),
            new Event(2, Event.Type.CLEARED, "n2", down, at));
    Notice notice =
        new Composer("g", "", ZoneOffset.UTC, Texts.of("de"))
            .compose("o", new Batch(events, 3), Instant.ofEpochSecond(1_700_007_600));
    assertThat(notice.title()).isEqualTo("[g] 1 kritisch, 1 beendet");
    assertThat(notice.text())
        .isEqualTo(
            """
            weiterhin kritisch: Senke s braucht einen Eingriff
              seit 2023-11-14 22:13 Z (sink-held, n1)
            beendet: m hat eine Störung
              seit 2023-11-14 22:13 Z, 2 h 5 min lang (machine-down, n2)
            3 ältere Benachrichtigungen wurden weggelassen.

            Gateway g
            """);
  }

  @Test
  void aShareIsWrittenAsTheLanguageWritesIt() {
    assertThat(Texts.of("de").percent(0.625)).isEqualTo("62,5");
    assertThat(Texts.ENGLISH.percent(0.625)).isEqualTo("62.5");
  }
}
