package io.weir.gateway.efficiency.signal;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the records say of the gateway's own connections, by source: a record with a new number of a
 * connection says that the gateway was away since the record before it.
 *
 * <p>Mutable; belongs to its {@code Sessions}.
 */
public final class Contacts {

  /** In place of the number of a source. */
  public static final int NONE = -1;

  /** One source. */
  private static final class Contact {
    String source = "";
    long connection;
    long lastNs = Long.MIN_VALUE;
    long minute = Long.MIN_VALUE;

    public Contact exchange(StateCodec codec) {
      source = codec.name(source);
      connection = codec.number(connection);
      lastNs = codec.number(lastNs);
      minute = codec.number(minute);
      return this;
    }
  }

  /** What a record changes. */
  public enum News {
    NOTHING,
    /** A minute has passed in which the gateway heard its source. */
    MINUTE,
    /** The gateway was away. */
    AWAY
  }

  private final List<Contact> contacts = new ArrayList<>();
  private int last = NONE;

  /** The number of a source. */
  public int of(String source) {
    if (last == NONE || !contacts.get(last).source.equals(source)) {
      last = 0;
      while (last < contacts.size() && !contacts.get(last).source.equals(source)) {
        last++;
      }
      if (last == contacts.size()) {
        Contact added = new Contact();
        added.source = source;
        contacts.add(added);
      }
    }
    return last;
  }

  /** When the source was heard last. */
  public long lastNs(int source) {
    return contacts.get(source).lastNs;
  }

  /**
   * A record of a source comes.
   *
   * @param connection the number of its connection, 0 where connections have none
   */
  public News hear(int source, long connection, long receivedNs) {
    Contact contact = contacts.get(source);
    contact.lastNs = Math.max(contact.lastNs, receivedNs);
    if (contact.connection != 0 && connection > contact.connection) {
      contact.connection = connection;
      return News.AWAY;
    }
    contact.connection = Math.max(contact.connection, connection);
    long minute = Math.floorDiv(receivedNs, ShiftCalendar.MINUTE);
    if (minute <= contact.minute) {
      return News.NOTHING;
    }
    contact.minute = minute;
    return News.MINUTE;
  }

  /** By source, since when it is not heard now; {@link Long#MAX_VALUE} where it is heard. */
  public long[] awaySince(Predicate<String> hears) {
    return contacts.stream()
        .mapToLong(each -> hears.test(each.source) ? Long.MAX_VALUE : each.lastNs)
        .toArray();
  }

  public void exchange(StateCodec codec) {
    codec.all(contacts, Contact::new, contact -> contact.exchange(codec));
  }
}
