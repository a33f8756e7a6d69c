package io.weir.gateway.normalize;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The type of every field, pinned when it is first seen, for all sinks and for good: a store
 * refuses a field that changes its type, and would refuse whole batches.
 *
 * <p>Shared by all source threads. Looking up a known field takes no lock. A new pin is in memory
 * at once and on stable storage when {@link #settle()} returns, which a message calls before it
 * goes on; threads that come while another saves wait for it and share its result.
 *
 * <p>Saved as UTF-8 text, one pin a line: measurement, field and type, parted by tabs, below the
 * line {@code weir types 1}. Of two lines for one field the later one counts.
 */
public final class Types {

  /** The largest number of pins: a sender that invents field names without end is stopped here. */
  static final int MOST_PINS = 100_000;

  private static final String HEADER = "weir types 1";

  /** Characters after which the next line begins another part. */
  private static final int MOST_IN_PART = 32 << 10;

  /** One field's type. */
  public record Pin(String measurement, String field, Value.Type type) {

    private String line() {
      return measurement + '\t' + field + '\t' + type + '\n';
    }
  }

  private final PinStore store;
  private final ConcurrentHashMap<String, ConcurrentHashMap<String, Value.Type>> pins =
      new ConcurrentHashMap<>();

  /** Guards changes of the pins and the counts of them; never held while saving. */
  private final Object changes = new Object();

  private int size;

  /** Pins that were not saved yet, in their order. */
  private final Deque<Pin> unsaved = new ArrayDeque<>();

  /** Bytes of all pins as they are saved. */
  private long bytes;

  private volatile long made;

  private volatile long saved;
  private final AtomicReference<@Nullable CompletableFuture<Void>> saving = new AtomicReference<>();

  private Types(PinStore store) {
    this.store = store;
  }

  /**
   * The types pinned in that store.
   *
   * @throws IOException if it cannot be read, or was not written by this version
   */
  public static Types load(PinStore store) throws IOException {
    Types types = new Types(store);
    List<IOException> unreadable = new ArrayList<>();
    store.load(
        part -> {
          for (String line : new String(part, UTF_8).lines().toList()) {
            if (!line.equals(HEADER) && !types.read(line)) {
              unreadable.add(
                  new IOException("pinned types: '" + Excerpt.of(line) + "' cannot be read"));
            }
          }
        });
    if (!unreadable.isEmpty()) {
      throw unreadable.get(0);
    }
    types.unsaved.clear();
    // What a killed process wrote can be read, and may not be on stable storage: the first message
    // waits until it is.
    types.saved = types.size == 0 ? types.made : types.made - 1;
    return types;
  }

  private boolean read(String line) {
    String[] parts = line.split("\t", -1);
    try {
      put(new Pin(parts[0], parts[1], Value.Type.valueOf(parts[2])));
      return true;
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      return false;
    }
  }

  /** All pins, by measurement and field. */
  public List<Pin> pins() {
    List<Pin> all = new ArrayList<>();
    pins.forEach(
        (measurement, fields) ->
            fields.forEach((field, type) -> all.add(new Pin(measurement, field, type))));
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
    put(new Pin(measurement, field, type));
    settle();
  }

  private void put(Pin pin) {
    synchronized (changes) {
      made++; // before the pin can be seen: a reader that sees it also sees that it is not saved
      if (fields(pin.measurement()).put(pin.field(), pin.type()) == null) {
        size++;
        bytes += pin.line().length(); // at least a third of its bytes
      }
      unsaved.add(pin);
    }
  }

  /**
   * The value as it can be stored in that field.
   *
   * @param declared the type that the route declares, or {@code null}
   * @param typed whether the sender's format distinguishes integers from floats
   */
  Value fit(
      String measurement, String field, Value value, Value.@Nullable Type declared, boolean typed)
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
    Value.Type pinned = pinned(measurement, field);
    if (pinned == null) {
      pinned = pin(measurement, field, declared == null && !typed ? natural(meant) : meant.type());
    }
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

  private Value.@Nullable Type pinned(String measurement, String field) {
    Map<String, Value.Type> fields = pins.get(measurement);
    return fields == null ? null : fields.get(field);
  }

  private Value.Type pin(String measurement, String field, Value.Type type) throws Unfit {
    StoreNames.checkMeasurement(measurement);
    StoreNames.checkField(field);
    synchronized (changes) {
      Value.Type before = pinned(measurement, field);
      if (before != null) {
        return before;
      }
      if (size >= MOST_PINS) {
        throw new Unfit(
            Reason.LIMIT, "'" + field + "' would be more than " + MOST_PINS + " different fields");
      }
      put(new Pin(measurement, field, type));
      return type;
    }
  }

  private Map<String, Value.Type> fields(String measurement) {
    return pins.computeIfAbsent(measurement, name -> new ConcurrentHashMap<>());
  }

  /**
   * Returns when every pin that this thread has seen is on stable storage.
   *
   * @throws IOException if saving failed; the pins stay, and the next call tries again
   */
  void settle() throws IOException {
    long needed = made;
    while (saved < needed) {
      CompletableFuture<Void> mine = new CompletableFuture<>();
      CompletableFuture<Void> other = saving.compareAndExchange(null, mine);
      if (other != null) {
        other.join();
        continue;
      }
      try {
        save();
      } finally {
        saving.set(null);
        mine.complete(null); // also after a failure: who waits then saves for itself and sees it
      }
    }
  }

  private void save() throws IOException {
    long upTo;
    long size;
    List<Pin> added;
    synchronized (changes) {
      upTo = made;
      size = bytes;
      added = List.copyOf(unsaved);
    }
    if (store.isDue(size)) {
      store.replace(parts(HEADER + '\n', pins()));
    } else if (added.isEmpty()) {
      store.append(new byte[0]);
    } else {
      for (byte[] part : parts("", added)) {
        store.append(part);
      }
    }
    synchronized (changes) {
      for (int i = 0; i < added.size(); i++) {
        unsaved.remove();
      }
    }
    saved = upTo;
  }

  /** Their lines, together in parts of a bounded size. */
  private static Iterable<byte[]> parts(String first, List<Pin> pins) {
    List<byte[]> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder(first);
    for (Pin pin : pins) {
      text.append(pin.line());
      if (text.length() >= MOST_IN_PART) {
        parts.add(text.toString().getBytes(UTF_8));
        text.setLength(0);
      }
    }
    if (!text.isEmpty()) {
      parts.add(text.toString().getBytes(UTF_8));
    }
    return parts;
  }
}
