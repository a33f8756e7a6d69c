package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.NameLimits.Key;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KnownNamesTest {

  private static final NameLimits LIMITS = new NameLimits(2, 5, 4, 100, 20);
  private static final SourceNames.Pace ANY = new SourceNames.Pace("t", 0, 1);

  private final Memory store = new Memory();
  private KnownNames names;
  private SourceNames plant;

  @BeforeEach
  void load() throws IOException {
    names = KnownNames.load(store, Map.of("plant", LIMITS, "hall", LIMITS), LIMITS, Set.of());
    plant = names.of("plant");
  }

  private static Asset machine(String name) {
    return new Asset("site", null, "line", name);
  }

  private static Series series(String machine, Map<String, String> tags) {
    return new Series("telemetry", machine(machine), tags);
  }

  private static Series series(String machine) {
    return series(machine, Map.of());
  }

  private void refuses(Series series, Key key) {
    long before = plant.refused(key);
    assertThatThrownBy(() -> plant.admit(series, ANY))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("limits." + key.word() + " of source 'plant'")
        .extracting(e -> ((Unfit) e).reason())
        .isEqualTo(Reason.LIMIT);
    assertThat(plant.refused(key)).isEqualTo(before + 1);
  }

  @Test
  void whatIsKnownGoesOnAndNewMachinesBeyondTheLimitAreRefused() throws Exception {
    Place a = plant.admit(series("a"), ANY);
    plant.admit(series("b"), ANY);
    refuses(series("c"), Key.MACHINES);
    refuses(series("c"), Key.MACHINES);

    assertThat(plant.admit(series("a"), ANY)).isSameAs(a);
    assertThat(plant.place("telemetry", machine("a"), Map.of())).isSameAs(a);
    assertThat(plant.place("telemetry", machine("c"), Map.of()).known()).isFalse();
    plant.admit(series("a", Map.of("tool", "1")), ANY);
    assertThat(plant.known(Key.MACHINES)).isEqualTo(2);
    assertThat(plant.known(Key.SERIES)).isEqualTo(3);
  }

  @Test
  void anotherSourceHasLimitsOfItsOwn() throws Exception {
    plant.admit(series("a"), ANY);
    plant.admit(series("b"), ANY);
    refuses(series("c"), Key.MACHINES);
    assertThat(names.of("hall").admit(series("c"), ANY).known()).isTrue();
  }

  @Test
  void placesWithoutAMachineCountAsSeriesOnly() throws Exception {
    for (int i = 0; i < 5; i++) {
      plant.admit(new Series("telemetry", new Asset("s" + i, null, null, null), Map.of()), ANY);
    }
    assertThat(plant.known(Key.MACHINES)).isZero();
    refuses(new Series("telemetry", new Asset("s5", null, null, null), Map.of()), Key.SERIES);
  }

  @Test
  void tagsAndFieldsAreCountedTogether() throws Exception {
    plant.admit(series("a", Map.of("tool", "1", "order", "7")), ANY);
    plant.admit(series("a", Map.of("tool", "2", "order", "8")), ANY);
    assertThat(plant.known(Key.FIELDS)).isEqualTo(2);
    plant.admitField("t", ANY);
    plant.admitField("u", ANY);
    assertThatThrownBy(() -> plant.admitField("v", ANY))
        .hasMessageContaining("limits.fields")
        .hasMessageContaining("the limit is 4");
    refuses(series("a", Map.of("shift", "1")), Key.FIELDS);
    assertThat(plant.admit(series("a", Map.of("tool", "3")), ANY).known())
        .as("a new value of a known tag")
        .isTrue();
  }

  @Test
  void longNamesAndTextsAreRefused() throws Exception {
    refuses(series("m".repeat(21)), Key.NAME_LENGTH);
    refuses(series("a", Map.of("tool", "x".repeat(21))), Key.NAME_LENGTH);
    assertThatThrownBy(() -> plant.admitField("f".repeat(21), ANY))
        .hasMessageContaining("limits.name-length");
    plant.check(new Value.Text("é".repeat(50)));
    assertThatThrownBy(() -> plant.check(new Value.Text("é".repeat(51))))
        .hasMessageContaining("a text has 102 bytes, more than the 100 of limits.text-length");
    assertThat(plant.known(Key.SERIES) + plant.known(Key.FIELDS)).isZero();
  }

  @Test
  void aSeriesWithManyNamesCountsAsSeveral() throws Exception {
    KnownNames wide =
        KnownNames.load(
            new Memory(), Map.of("plant", new NameLimits(9, 3, 99, 100, 256)), LIMITS, Set.of());
    plant = wide.of("plant");
    plant.admit(series("a", Map.of("x", "v".repeat(256), "y", "v".repeat(256))), ANY);
    assertThat(plant.known(Key.SERIES)).isEqualTo(2);
    refuses(series("b", Map.of("x", "w".repeat(256), "y", "w".repeat(256))), Key.SERIES);
    plant.admit(series("b"), ANY);
  }

  @Test
  void afterARestartWhatWasKnownHasItsPlace() throws Exception {
    plant.admit(series("a", Map.of("tool", "1", "order", "7")), ANY);
    plant.admit(series("b"), ANY);
    names.settle();
    int saves = store.saves();
    plant.admit(series("b"), ANY);
    names.settle();
    assertThat(store.saves()).as("what is known is not written again").isEqualTo(saves);

    load();
    refuses(series("c"), Key.MACHINES);
    assertThat(plant.known(Key.SERIES)).isEqualTo(2);
    assertThat(plant.known(Key.FIELDS)).isEqualTo(2);
    assertThat(plant.place("telemetry", machine("a"), Map.of("tool", "1", "order", "7")).known())
        .isTrue();
  }

  @Test
  void aSmallerLimitLeavesWhatIsKnown() throws Exception {
    plant.admit(series("a"), ANY);
    plant.admit(series("b"), ANY);
    names.settle();
    names =
        KnownNames.load(store, Map.of("plant", new NameLimits(1, 1, 1, 100, 20)), LIMITS, Set.of());
    plant = names.of("plant");
    assertThat(plant.admit(series("b"), ANY).known()).isTrue();
    refuses(series("c"), Key.MACHINES);
  }

  @Test
  void namesOfASourceThatIsNoLongerConfiguredAreForgotten() throws Exception {
    plant.admit(series("a"), ANY);
    names.settle();
    names = KnownNames.load(store, Map.of("hall", LIMITS), LIMITS, Set.of());
    assertThat(names.sources()).isEmpty();
  }

  @Test
  void machinesKnownFromElsewhereAreLetInBeyondTheLimit() throws Exception {
    names = KnownNames.load(store, Map.of("plant", LIMITS), LIMITS, Set.of(machine("old")));
    plant = names.of("plant");
    plant.admit(series("a"), ANY);
    plant.admit(series("b"), ANY);
    refuses(series("c"), Key.MACHINES);
    assertThat(plant.admit(series("old"), ANY).known()).isTrue();
  }

  @Test
  void newNamesOfATopicInAMinuteAreLimitedWhereARouteSaysSo() throws Exception {
    plant.admit(series("a"), new SourceNames.Pace("t", 2, 0));
    plant.admitField("x", new SourceNames.Pace("t", 2, 1));
    assertThatThrownBy(() -> plant.admitField("y", new SourceNames.Pace("t", 2, 59_999_999_999L)))
        .hasMessageContaining("more than 2 new series and fields of this topic in a minute");
    plant.admitField("y", new SourceNames.Pace("other", 2, 59_999_999_999L));
    assertThat(plant.admit(series("a"), new SourceNames.Pace("t", 2, 1)).known()).isTrue();
    plant.admitField("z", new SourceNames.Pace("t", 2, 60_000_000_000L));
  }

  @Test
  void namesThatCannotBeReadAreSaidSo() {
    for (String content : new String[] {"weir names 2\n", "weir names 1\nplant\ttelemetry\n"}) {
      assertThatThrownBy(() -> KnownNames.load(new Memory(content), Map.of(), LIMITS, Set.of()))
          .hasMessageStartingWith("known names: ");
    }
  }
}
