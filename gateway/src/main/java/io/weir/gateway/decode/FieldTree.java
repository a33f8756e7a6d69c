package io.weir.gateway.decode;

import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names that the fields of objects have had, in the order they stood in: from each field lead
 * those that were seen right after it. A device has the same fields in every message, so a name is
 * known by comparing its bytes with those of one field, and is neither decoded nor hashed; and what
 * follows from the names alone (which is the time, that none stands twice) is worked out once.
 *
 * <p>Bounded: a field beyond {@link #MOST_AFTER_ONE} takes the place of another, and beyond {@link
 * #MOST} all are forgotten. What is forgotten is learned anew. For any thread.
 */
final class FieldTree {

  /** Fields in an object at most. */
  static final int LONGEST_PATH = 256;

  private static final int MOST = 2_048;
  private static final int MOST_AFTER_ONE = 8;
  private static final int LONGEST_KEY = 128;
  private static final Field[] NONE = {};

  /** What a field is to the readings of its object. */
  enum Meaning {
    VALUE,
    TIME,
    LABEL,
    SITE,
    AREA,
    LINE,
    MACHINE
  }

  /** A field of objects that begin with the same fields. */
  static final class Field {
    private final @Nullable Field before;
    private final byte[] key;
    private final int place;
    final String name;
    final Meaning meaning;

    /** Those seen right after it; the array is replaced, and never changed. */
    private volatile Field[] next = NONE;

    private volatile Field @Nullable [] path;

    private Field(@Nullable Field before, byte[] key, String name, Meaning meaning) {
      this.before = before;
      this.key = key;
      this.place = before == null ? -1 : before.place + 1;
      this.name = name;
      this.meaning = meaning;
    }

    /** How many fields stand before it. */
    int place() {
      return place;
    }

    /** The bytes of its name with the quote at its end. */
    int length() {
      return key.length;
    }

    /** The one after it whose name stands there, if it is known; {@code null} if not. */
    @Nullable Field known(byte[] json, int at) {
      for (Field each : next) {
        int end = at + each.key.length;
        if (end <= json.length && Arrays.equals(each.key, 0, each.key.length, json, at, end)) {
          return each;
        }
      }
      return null;
    }

    /** All fields of an object that ends with this one, in order. */
    Field[] path() {
      Field[] known = path;
      if (known == null) {
        known = new Field[place + 1];
        for (Field each = this; each != null && each.place >= 0; each = each.before) {
          known[each.place] = each;
        }
        path = known;
      }
      return known;
    }
  }

  private final @Nullable String timeName;
  private final Set<String> labels;

  private volatile Field root = new Field(null, new byte[0], "", Meaning.VALUE);

  /** Fields made since all were forgotten; guarded by this, as what is changed in them. */
  private int made;

  /**
   * @param timeName the field that is the time; {@code null} for any that is named like one
   * @param labels fields that are tags of what stands beside them
   */
  FieldTree(@Nullable String timeName, Set<String> labels) {
    this.timeName = timeName;
    this.labels = labels;
  }

  /** Stands before the first field of an object. */
  Field root() {
    return root;
  }

  /**
   * The field whose name stands there, right after another one.
   *
   * @param at behind the quote before the name
   * @return {@code null} where it is not plain: empty, long, with escapes, there a second time
   */
  @Nullable Field after(Field before, byte[] json, int at) {
    Field known = before.known(json, at);
    return known == null ? learned(before, json, at) : known;
  }

  private synchronized @Nullable Field learned(Field before, byte[] json, int at) {
    int end = PlainJson.endOfText(json, at);
    if (end <= at || end - at > LONGEST_KEY || before.place + 1 >= LONGEST_PATH) {
      return null;
    }
    Field known = before.known(json, at); // by another thread meanwhile
    if (known != null) {
      return known;
    }
    String name;
    try {
      name = Utf8.decode(json, at, end);
    } catch (CharacterCodingException e) {
      return null; // the parser says what is wrong
    }
    for (Field each = before; each != null; each = each.before) {
      if (each.place >= 0 && each.name.equals(name)) {
        return null;
      }
    }
    if (made++ == MOST) {
      made = 0;
      root = new Field(null, new byte[0], "", Meaning.VALUE);
    }
    Field field = new Field(before, Arrays.copyOfRange(json, at, end + 1), name, meaning(name));
    Field[] next = before.next;
    int place = next.length < MOST_AFTER_ONE ? next.length : made % MOST_AFTER_ONE;
    next = Arrays.copyOf(next, Math.max(next.length, place + 1));
    next[place] = field;
    before.next = next;
    return field;
  }

  private Meaning meaning(String name) {
    if (timeName == null ? JsonDocument.TIME_KEYS.contains(name) : timeName.equals(name)) {
      return Meaning.TIME;
    }
    if (labels.contains(name)) {
      return Meaning.LABEL;
    }
    return switch (name) {
      case "site" -> Meaning.SITE;
      case "area" -> Meaning.AREA;
      case "line" -> Meaning.LINE;
      case "machine" -> Meaning.MACHINE;
      default -> Meaning.VALUE;
    };
  }
}
