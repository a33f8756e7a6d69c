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
 * <p>Where an object or array begins and ends, and each element of an array, is a step like a
 * field: what stands inside has names of its own.
 *
 * <p>Bounded: a field beyond {@link #MOST_AFTER_ONE} takes the place of another, and beyond {@link
 * #MOST} all are forgotten. What is forgotten is learned anew. For any thread.
 */
final class FieldTree {

  /** Steps through a document at most. */
  static final int LONGEST_PATH = 256;

  private static final int MOST = 1_024;
  private static final int MOST_AFTER_ONE = 8;
  private static final int LONGEST_NAME = 128;
  private static final Field[] NONE = {};

  /** The kind of step that is an element of an array; that of others is their bracket. */
  static final char ELEMENT = '#';

  /** The kind of what has a name. */
  private static final char NAMED = '"';

  private static final byte[] NO_KEY = {};

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

  /**
   * A field of documents that begin with the same fields, or another step through them. Of one that
   * begins an object or array the name is what stands before the names in it.
   */
  static final class Field {
    private final @Nullable Field before;
    private final char kind;

    /** The bytes of its name in the document, and the quote behind it. */
    private final byte[] key;

    private final int place;

    /** What begins the object or array that the next step is in; {@code null} at the top. */
    private final @Nullable Field around;

    /** For an element of an array, and before the first one. */
    private final int index;

    final String name;
    final Meaning meaning;

    /** Those seen right after it; the array is replaced, and never changed. */
    private volatile Field[] next = NONE;

    private volatile Field @Nullable [] path;

    /** Stands before the first. */
    private Field() {
      this.before = null;
      this.kind = NAMED;
      this.key = NO_KEY;
      this.place = -1;
      this.around = null;
      this.index = 0;
      this.name = "";
      this.meaning = Meaning.VALUE;
    }

    private Field(Field before, char kind, byte[] key, String name, Meaning meaning) {
      this.before = before;
      this.kind = kind;
      this.key = key;
      this.place = before.place + 1;
      this.around =
          switch (kind) {
            case '{', '[' -> this;
            case '}', ']' -> before.outer();
            default -> before.around;
          };
      this.index = kind == ELEMENT ? before.index + 1 : -1;
      this.name = name;
      this.meaning = meaning;
    }

    /** What begins the object or array that has the one with the next step in it. */
    private @Nullable Field outer() {
      return around == null || around.before == null ? null : around.before.around;
    }

    private String prefix() {
      return around == null ? "" : around.name;
    }

    /** How many fields stand before it. */
    int place() {
      return place;
    }

    /** The bytes of its name with the quote at its end. */
    int length() {
      return key.length;
    }

    /** The step of that kind after it, if it is known; {@code null} if not. */
    private @Nullable Field known(char wanted) {
      for (Field each : next) {
        if (each.kind == wanted) {
          return each;
        }
      }
      return null;
    }

    /** The one after it whose name stands there, if it is known; {@code null} if not. */
    @Nullable Field known(byte[] json, int at) {
      for (Field each : next) {
        int end = at + each.key.length;
        if (each.kind == NAMED
            && end <= json.length
            && Arrays.equals(each.key, 0, each.key.length, json, at, end)) {
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

  private volatile Field root = new Field();

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
    if (end <= at || before.prefix().length() + end - at > LONGEST_NAME) {
      return null;
    }
    Field known = before.known(json, at); // by another thread meanwhile
    if (known != null) {
      return known;
    }
    String key;
    try {
      key = Utf8.decode(json, at, end);
    } catch (CharacterCodingException e) {
      return null; // the parser says what is wrong
    }
    String name = before.prefix().concat(key);
    Meaning meaning = before.around == null ? ofPoint(name) : meaning(name);
    return add(before, NAMED, Arrays.copyOfRange(json, at, end + 1), name, meaning);
  }

  /**
   * The step that begins or ends an object or array, or is an element.
   *
   * @param kind its bracket, or {@link #ELEMENT}
   * @return {@code null} where it is not plain
   */
  @Nullable Field step(Field before, char kind) {
    Field known = before.known(kind);
    return known == null ? learned(before, kind) : known;
  }

  private synchronized @Nullable Field learned(Field before, char kind) {
    Field known = before.known(kind); // by another thread meanwhile
    if (known != null) {
      return known;
    }
    String name =
        switch (kind) {
          case '{', '[' -> before.name + ".";
          case ELEMENT -> before.prefix() + (before.index + 1);
          default -> "";
        };
    return add(before, kind, NO_KEY, name, kind == ELEMENT ? meaning(name) : Meaning.VALUE);
  }

  private @Nullable Field add(Field before, char kind, byte[] key, String name, Meaning meaning) {
    if (before.place + 1 >= LONGEST_PATH || name.length() > LONGEST_NAME) {
      return null;
    }
    for (Field each = before; each != null; each = each.before) {
      if (!name.isEmpty() && each.name.equals(name)) {
        return null;
      }
    }
    if (made++ == MOST) {
      made = 0;
      root = new Field();
    }
    Field field = new Field(before, kind, key, name, meaning);
    Field[] next = before.next;
    int place = next.length < MOST_AFTER_ONE ? next.length : made % MOST_AFTER_ONE;
    next = Arrays.copyOf(next, Math.max(next.length, place + 1));
    next[place] = field;
    before.next = next;
    return field;
  }

  /** What a field means wherever it stands. */
  private Meaning meaning(String name) {
    if (name.equals(timeName)) {
      return Meaning.TIME;
    }
    return labels.contains(name) ? Meaning.LABEL : Meaning.VALUE;
  }

  /** What a field means that stands directly in the document. */
  private Meaning ofPoint(String name) {
    if (timeName == null && JsonDocument.TIME_KEYS.contains(name)) {
      return Meaning.TIME;
    }
    Meaning named = meaning(name);
    if (named != Meaning.VALUE) {
      return named;
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
