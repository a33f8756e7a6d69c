package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import io.weir.gateway.model.Value.Type;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TypesTest {

  private static final Types.Newcomers ANYBODY =
      new Types.Newcomers() {
        @Override
        public String source() {
          return "plant";
        }

        @Override
        public void admit(String field) {}
      };

  private final Memory store = new Memory();
  private Types types;

  @BeforeEach
  void load() throws IOException {
    types = Types.load(store);
  }

  private Value fit(String field, Value value) throws Unfit {
    return types.fit(ANYBODY, "telemetry", field, value, null, false);
  }

  private Value declared(Type type, Value value) throws Unfit {
    return types.fit(ANYBODY, "telemetry", "declared " + type, value, type, false);
  }

  private static Value real(double number) {
    return new Value.Real(number);
  }

  private static Value whole(long number) {
    return new Value.Whole(number);
  }

  private static Value text(String text) {
    return new Value.Text(text);
  }

  private static Value flag(boolean truth) {
    return new Value.Flag(truth);
  }

  @Test
  void whyTheyCannotBeReadIsSaid() {
    LineStore closed =
        new LineStore() {
          @Override
          public void load(Consumer<byte[]> lines) throws IOException {
            throw new AccessDeniedException("data/types.0");
          }

          @Override
          public boolean isDue(long bytes) {
            return false;
          }

          @Override
          public void append(byte[] lines) {}

          @Override
          public void replace(Iterable<byte[]> lines) {}
        };
    assertThatThrownBy(() -> Types.load(closed))
        .hasMessage("pinned types: data/types.0: this user may not read or write it");
  }

  @Test
  void numbersAreFloatsUnlessTheFormatDistinguishesThem() throws Unfit {
    assertThat(fit("a", whole(20))).isEqualTo(real(20));
    assertThat(types.fit(ANYBODY, "telemetry", "b", whole(20), null, true)).isEqualTo(whole(20));
    assertThat(fit("b", real(21))).isEqualTo(whole(21));
  }

  @Test
  void anIntegerThatAFloatWouldRoundIsAConflict() throws Unfit {
    assertThat(fit("a", whole(1L << 53))).isEqualTo(real(0x1p53));
    assertThat(fit("a", whole(Long.MIN_VALUE))).isEqualTo(real(-0x1p63));
    for (long number : new long[] {(1L << 53) + 1, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> fit("a", whole(number)))
          .hasMessageContaining("would be rounded")
          .hasMessageContaining("weir types set telemetry a integer");
    }
  }

  @Test
  void aFieldThatBeginsWithSuchAnIntegerIsOneOfIntegers() throws Unfit {
    assertThat(fit("a", whole((1L << 53) + 1))).isEqualTo(whole((1L << 53) + 1));
    assertThat(fit("a", real(20))).isEqualTo(whole(20));
  }

  @Test
  void aFloatIsAnIntegerOnlyWhereNothingIsLost() throws Unfit {
    assertThat(declared(Type.INTEGER, real(12.0))).isEqualTo(whole(12));
    assertThat(declared(Type.INTEGER, real(-0x1p63))).isEqualTo(whole(Long.MIN_VALUE));
    for (double number : new double[] {12.5, 0x1p63, -0x1.0p64}) {
      assertThatThrownBy(() -> declared(Type.INTEGER, real(number)))
          .isInstanceOf(Unfit.class)
          .extracting(e -> ((Unfit) e).reason())
          .isEqualTo(Reason.TYPE_CONFLICT);
    }
  }

  @Test
  void textNumbersAndTruthDoNotMixWhereNothingIsDeclared() throws Unfit {
    fit("number", real(1));
    fit("text", text("a"));
    fit("flag", flag(true));
    for (Value value : List.of(real(2), text("2"), flag(false))) {
      for (String field : List.of("number", "text", "flag")) {
        if (!types.pins().contains(new Types.Pin("telemetry", field, value.type()))) {
          assertThatThrownBy(() -> fit(field, value))
              .hasMessageContaining("is pinned as")
              .hasMessageContaining("does not fit");
        }
      }
    }
  }

  @Test
  void aDeclaredTypeReadsNumbersAndTruthFromText() throws Unfit {
    assertThat(declared(Type.FLOAT, text(" 12.5 "))).isEqualTo(real(12.5));
    assertThat(declared(Type.FLOAT, text("1e3"))).isEqualTo(real(1000));
    assertThat(declared(Type.INTEGER, text("9223372036854775807")))
        .isEqualTo(whole(Long.MAX_VALUE));
    assertThat(declared(Type.INTEGER, flag(true))).isEqualTo(whole(1));
    assertThat(declared(Type.BOOLEAN, whole(0))).isEqualTo(flag(false));
    assertThat(declared(Type.BOOLEAN, text("TRUE"))).isEqualTo(flag(true));
    assertThat(declared(Type.BOOLEAN, text("off"))).isEqualTo(flag(false));
    assertThat(declared(Type.STRING, whole(7))).isEqualTo(text("7"));
    assertThat(declared(Type.STRING, flag(true))).isEqualTo(text("true"));
  }

  @Test
  void aDeclaredTypeRefusesWhatIsNone() {
    record Wrong(Type type, Value value) {}
    for (Wrong wrong :
        List.of(
            new Wrong(Type.FLOAT, text("12,5")),
            new Wrong(Type.FLOAT, text("1e999")),
            new Wrong(Type.INTEGER, text("9223372036854775808")),
            new Wrong(Type.BOOLEAN, whole(2)),
            new Wrong(Type.BOOLEAN, text("open")))) {
      assertThatThrownBy(() -> declared(wrong.type(), wrong.value()))
          .hasMessageContaining("is declared");
    }
  }

  @Test
  void aPinGoesBeforeADeclarationMadeLater() throws Unfit {
    fit("a", text("n/a"));
    assertThatThrownBy(() -> types.fit(ANYBODY, "telemetry", "a", real(1), Type.FLOAT, false))
        .hasMessageContaining("pinned as string")
        .hasMessageContaining("weir types set telemetry a float");
  }

  @Test
  void theSameFieldOfAnotherMeasurementIsAnother() throws Unfit {
    fit("a", text("x"));
    assertThat(types.fit(ANYBODY, "other", "a", real(1), null, false)).isEqualTo(real(1));
  }

  @Test
  void whatIsNotFiniteIsRefusedWhateverDecoderSentIt() {
    assertThatThrownBy(() -> fit("a", real(Double.NaN)))
        .hasMessageContaining("not a finite number");
  }

  @Test
  void pinsAreThereAgainAfterARestart() throws Exception {
    fit("Temperatur °C", real(1));
    fit("state", text("RUNNING"));
    types.settle();

    Types again = Types.load(store);

    assertThat(again.pins()).isEqualTo(types.pins()).hasSize(2);
    assertThatThrownBy(() -> again.fit(ANYBODY, "telemetry", "state", real(1), null, false))
        .isInstanceOf(Unfit.class);
  }

  @Test
  void aPinIsSavedOnceAndNotAgainWhenItIsMet() throws Exception {
    fit("a", real(1));
    types.settle();
    fit("a", real(2));
    types.settle();
    assertThat(store.saves()).isEqualTo(1);
  }

  @Test
  void afterAFailedSaveThePinIsSavedTheNextTime() throws Exception {
    fit("a", real(1));
    store.breakWith(new IOException("disk full"));
    assertThatThrownBy(types::settle).hasMessage("disk full");

    store.repair();
    fit("a", real(2));
    types.settle();

    assertThat(Types.load(store).pins()).hasSize(1);
  }

  @Test
  void aPinCanBeSetByHand() throws Exception {
    fit("a", real(1));
    types.set("telemetry", "a", Type.STRING);
    assertThat(fit("a", text("x"))).isEqualTo(text("x"));
    assertThat(store.text()).contains("telemetry\ta\tSTRING");
    assertThatThrownBy(() -> types.set("telemetry", "time", Type.FLOAT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pinsThatCannotBeReadAreSaidSo() {
    for (String content :
        List.of("weir types 2\n", "junk", "weir types 1\na\tb\n", "weir types 1\na\tb\tBLOB\n")) {
      assertThatThrownBy(() -> Types.load(new Memory(content)))
          .as(content)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("pinned types: ");
    }
  }

  @Test
  void aFieldThatIsNotLetInHasNoType() throws Exception {
    Types.Newcomers nobody =
        new Types.Newcomers() {
          @Override
          public String source() {
            return "plant";
          }

          @Override
          public void admit(String field) throws Unfit {
            throw new Unfit(Reason.LIMIT, field + " is new");
          }
        };
    fit("f7", whole(1));
    assertThat(types.fit(nobody, "telemetry", "f7", whole(1), null, false)).isEqualTo(real(1));
    assertThatThrownBy(() -> types.fit(nobody, "telemetry", "f8", whole(1), null, false))
        .hasMessageContaining("f8 is new");
    types.settle();
    assertThat(types.pins()).hasSize(1);
    assertThat(store.text()).isEqualTo("weir types 1\ntelemetry\tf7\tFLOAT\tplant\n");
  }

  /** After a value was returned and settled, its pin must be saved, whichever thread made it. */
  @Test
  void noThreadGoesOnBeforeThePinsItSawAreSaved() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<@Nullable String>> results = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Callable<@Nullable String> work =
            () -> {
              for (int i = 0; i < 500; i++) {
                fit("f" + i, real(i));
                types.settle();
                if (!store.text().contains("\tf" + i + "\t")) {
                  return "f" + i + " was not saved";
                }
              }
              return null;
            };
        results.add(threads.submit(work));
      }
      for (Future<@Nullable String> result : results) {
        assertThat(get(result)).isNull();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static @Nullable String get(Future<@Nullable String> result)
      throws InterruptedException, ExecutionException {
    return result.get();
  }
}
