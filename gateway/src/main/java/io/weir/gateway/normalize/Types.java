package io.weir.gateway.normalize;

import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Failure;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The type of every field, pinned when it is first seen, for all sinks and for good: a store
 * refuses a field that changes its type, and would refuse whole batches.
 *
 * <p>Shared by all source threads. Looking up a known field takes no lock. A new pin is in memory
 * at once and on stable storage when {@link #settle()} returns, which a message calls before it
 * goes on.
 *
 * <p>Saved one pin a line: measurement, field and type, parted by tabs, and the source that brought
 * it, where one did. Of two lines for one field the later one counts.
 */
public final class Types {

  private static final String FORMAT = "weir types 1";

  /** One field's type. */
  public record Pin(String measurement, String field, Value.Type type) {}

  /** Who brings a field that has no type yet. */
  interface Newcomers {

    /** The source. */
    String source();

    /** Returns if the field is let in. */
    void admit(String field) throws Unfit;
  }

  /**
   * @param source that brought it; "" for none
   */
  private record Pinned(Value.Type type, String source) {}

  private final DurableLines lines;
  private final ConcurrentHashMap<String, ConcurrentHashMap<String, Pinned>> pins =
      new ConcurrentHashMap<>();

  /** Guards changes of the pins; never held while saving. */
  private final Object changes = new Object();

  private Types(LineStore store) {
    this.lines = new DurableLines(store, FORMAT, this::all);
  }

  /**
   * The types pinned in that store.
   *
   * @throws IOException if it cannot be read, or was not written by this version
   */
  public static Types load(LineStore store) throws IOException {
    Types types = new Types(store);
    try {
      types.lines.load(types::read);
    } catch (IOException e) {
      throw new IOException("pinned types: " + Failure.inWords(e), e);
    }
    return types;
  }

  private boolean read(String line) {
    String[] parts = line.split("\t", -1);
    try {
      Pinned pin = new Pinned(Value.Type.valueOf(parts[2]), parts.length > 3 ? parts[3] : "");
      if (fields(parts[0]).put(parts[1], pin) == null) {
        lines.count(line);
      }
      return true;
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      return false;
    }
  }

  private List<String> all() {
    List<String> all = new ArrayList<>();
    pins.forEach(
        (measurement, fields) ->
            fields.forEach((field, pin) -> all.add(line(measurement, field, pin))));
    return all;
  }

  private static String line(String measurement, String field, Pinned pin) {
    String line = measurement + '\t' + field + '\t' + pin.type();
    return pin.source().isEmpty() ? line : line + '\t' + pin.source();
  }

  /** Counts each field that a source has brought as one of its names. */
  public void recall(KnownNames names) {
    pins.values()
        .forEach(fields -> fields.values().forEach(pin -> names.recallField(pin.source())));
  }

  /** All pins, by measurement and field. */
  public List<Pin> pins() {
    List<Pin> all = new ArrayList<>();
    pins.forEach(
        (measurement, fields) ->
            fields.forEach((field, pin) -> all.add(new Pin(measurement, field, pin.type()))));
    all.sort(Comparator.comparing(Pin::measurement).thenComparing(Pin::field));
    return all;
  }

  /**
   * Pins a type, in place of the one pinned before; durable when it returns. What stands in a store
   * under the old type stays there.
   *
   * @throws IllegalArgumentException if a name is none that a field or measurement may have
   * @throws IOException if it could not be saved
   */
  public void set(String measurement, String field, Value.Type type) throws IOException {
    try {
      StoreNames.checkMeasurement(measurement);
      StoreNames.checkField(field);
    } catch (Unfit e) {
      throw new IllegalArgumentException(e.detail(), e);
    }
    synchronized (changes) {
      put(measurement, field, new Pinned(type, source(measurement, field)));
    }
    settle();
  }

  private String source(String measurement, String field) {
    Pinned before = pinned(measurement, field);
    return before == null ? "" : before.source();
  }

  private void put(String measurement, String field, Pinned pin) {
    boolean replaces = pinned(measurement, field) != null;
    lines.add(line(measurement, field, pin), replaces, () -> fields(measurement).put(field, pin));
  }

  /**
   * The value as it can be stored in that field.
   *
   * @param newcomers asked if the field has no type yet
   * @param declared the type that the route declares, or {@code null}
   * @param typed whether the sender's format distinguishes integers from floats
   */
  Value fit(
      Newcomers newcomers,
      String measurement,
      String field,
      Value value,
      Value.@Nullable Type declared,
      boolean typed)
      throws Unfit {
    ValueRules.check(value);
    Value meant = value;
    if (declared != null) {
      meant = ValueRules.toDeclared(value, declared);
      if (meant == null) {
        throw new Unfit(
            Reason.TYPE_CONFLICT,
            "'"
                + field
                + "' is declared "
                + ValueRules.word(declared)
                + ", and "
                + shown(value)
                + " is none");
      }
    }
    Pinned known = pinned(measurement, field);
    Value.Type pinned =
        known != null
            ? known.type()
            : pin(
                newcomers,
                measurement,
                field,
                declared == null && !typed ? natural(meant) : meant.type());
    Value fitting = ValueRules.toPinned(meant, pinned);
    if (fitting == null) {
      throw new Unfit(Reason.TYPE_CONFLICT, conflict(measurement, field, pinned, value));
    }
    return fitting;
  }

  private static String conflict(String measurement, String field, Value.Type pinned, Value value) {
    boolean rounds = pinned == Value.Type.FLOAT && value instanceof Value.Whole;
    return String.format(
        "'%s' in '%s' is pinned as %s, and %s %s; to change that: weir types set %s %s %s",
        field,
        measurement,
        ValueRules.word(pinned),
        shown(value),
        rounds ? "would be rounded" : "does not fit",
        measurement,
        field,
        ValueRules.word(value.type()));
  }

  private static String shown(Value value) {
    String text = Excerpt.of(ValueRules.text(value));
    return value instanceof Value.Text ? "the text '" + text + "'" : text;
  }

  /** A number's is float, unless it is an integer that a float would round. */
  private static Value.Type natural(Value value) {
    boolean isFloat = ValueRules.toPinned(value, Value.Type.FLOAT) != null;
    return isFloat ? Value.Type.FLOAT : value.type();
  }

  private @Nullable Pinned pinned(String measurement, String field) {
    Map<String, Pinned> fields = pins.get(measurement);
    return fields == null ? null : fields.get(field);
  }

  private Value.Type pin(Newcomers newcomers, String measurement, String field, Value.Type type)
      throws Unfit {
    StoreNames.checkMeasurement(measurement);
    StoreNames.checkField(field);
    synchronized (changes) {
      Pinned before = pinned(measurement, field);
      if (before != null) {
        return before.type();
      }
      newcomers.admit(field);
      put(measurement, field, new Pinned(type, newcomers.source()));
      return type;
    }
  }

  private Map<String, Pinned> fields(String measurement) {
    return pins.computeIfAbsent(measurement, name -> new ConcurrentHashMap<>());
  }

  /**
   * Returns when every pin that this thread has seen is on stable storage.
   *
   * @throws IOException if saving failed; the pins stay, and the next call tries again
   */
  void settle() throws IOException {
    lines.settle();
  }
}
