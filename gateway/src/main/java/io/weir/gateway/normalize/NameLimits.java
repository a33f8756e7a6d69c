package io.weir.gateway.normalize;

import io.weir.gateway.config.Section;
import io.weir.gateway.model.MemoryBudget;
import java.util.Locale;

/**
 * How many names one source may bring, and how long they and its texts may be. Whoever may send can
 * invent names without end, and each one is remembered: in the heap, and in the stores as a column
 * or a series. What is known goes on; what is new past a limit goes to the quarantine.
 *
 * @param machines assets with a machine's name
 * @param series measurement, place and tags
 * @param fields pairs of measurement and field, and of measurement and tag
 * @param textBytes the longest text, bytes in UTF-8
 * @param nameLength the longest name of a level, a tag, a field or a measurement, characters
 */
public record NameLimits(int machines, int series, int fields, int textBytes, int nameLength) {

  /** One of them. */
  public enum Key {
    MACHINES,
    SERIES,
    FIELDS,
    TEXT_LENGTH,
    NAME_LENGTH;

    /** Whether it limits how many there are, and not how long each is. */
    public boolean isCounted() {
      return this == MACHINES || this == SERIES || this == FIELDS;
    }

    /** As in the configuration, such as {@code text-length}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** What stores keep: the limits of a command that takes nothing in. */
  public static final NameLimits NONE =
      new NameLimits(
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          ValueRules.LONGEST_TEXT,
          StoreNames.LONGEST);

  /** Where nothing is said. */
  public static final NameLimits UNSET = new NameLimits(0, 0, 0, 0, 0);

  /** Reads the group {@code limits} of a source; what it does not say is 0. */
  public static NameLimits read(Section section) {
    return new NameLimits(
        section.number("machines", 0),
        section.number("series", 0),
        section.number("fields", 0),
        (int) section.bytes("text-length", 0, 1, ValueRules.LONGEST_TEXT),
        section.number("name-length", 0));
  }

  /**
   * What each of several sources may bring where it says nothing: an equal share, so that one that
   * is flooded leaves the others their place.
   *
   * @param mostFields columns that the stores can do with, together
   */
  public static NameLimits share(MemoryBudget budget, int mostFields, int sources) {
    return new NameLimits(
        Math.max(1, budget.machines() / sources),
        Math.max(1, budget.series() / sources),
        Math.max(1, Math.min(budget.fields(), mostFields) / sources),
        budget.textBytes(),
        Math.min(StoreNames.LONGEST, budget.nameBytes()));
  }

  /** The same, with what it does not say taken from others. */
  public NameLimits or(NameLimits others) {
    return new NameLimits(
        machines > 0 ? machines : others.machines,
        series > 0 ? series : others.series,
        fields > 0 ? fields : others.fields,
        textBytes > 0 ? textBytes : others.textBytes,
        nameLength > 0 ? nameLength : others.nameLength);
  }

  /** The number of one of them. */
  public int of(Key key) {
    return switch (key) {
      case MACHINES -> machines;
      case SERIES -> series;
      case FIELDS -> fields;
      case TEXT_LENGTH -> textBytes;
      case NAME_LENGTH -> nameLength;
    };
  }
}
