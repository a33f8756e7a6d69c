package io.weir.gateway.decode;

import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.SequenceNumber;
import io.weir.gateway.model.Value;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one payload format. Stateless unless the format itself has sessions; called by several
 * source threads at once. Bounded in time and memory by the payload's size and the limits it was
 * built with.
 *
 * <p>To add a format: one class with a decoder and its {@link FormatFactory}, and the class's name
 * in the services file of that interface.
 */
public interface Decoder {

  /** Where the parts of a payload go, in payload order. */
  interface Output {
    void sample(Sample sample);

    /** Takes a sample that differs from another one in name and value alone. */
    default void sample(String name, Value value, Sample beside) {
      sample(beside.with(name, value));
    }

    /**
     * Says where in the payload the samples that follow stand, for what may be said of them later.
     *
     * @param line from 1; 0 where it is not known
     * @param column from 1; 0 for the line as a whole
     */
    default void standsAt(int line, int column) {}

    void rejected(Rejected rejected);

    /**
     * Says that nothing of the payload can be read yet, but perhaps soon: it may be offered again
     * in a moment. By default it cannot wait, and is rejected.
     */
    default void notYet(Rejected otherwise) {
      rejected(otherwise);
    }

    /**
     * A part left out on purpose, which the ledger counts as filtered.
     *
     * @param part its name as the payload has it; "" for the whole payload
     * @param why in a few words, such as "null" or "a command, not a reading"
     */
    void filtered(String part, String why);

    /**
     * What the sender counted the message, or a part of it, as, where the format has such a number.
     *
     * @param number its asset is the one that the samples have, before the route places them; its
     *     sender, if it begins with a slash, is one of several of the topic
     */
    default void numbered(SequenceNumber number) {}

    /** Called before the parts of a payload that came compressed. */
    default void expanded(String compression, int bytes) {}

    /**
     * Takes an effect that must happen once the message is kept, and not if the message was refused
     * and is offered again. By default it happens at once: without a log nothing is offered twice.
     */
    default void onceKept(Runnable effect) {
      effect.run();
    }
  }

  /**
   * Hands every sample of the payload to {@code out}. Never throws for what a payload holds: a part
   * that cannot be read, or a payload that cannot be read at all, is one {@link Output#rejected}.
   */
  void decode(Payload payload, Output out);

  /**
   * Whether the format distinguishes integers from floating point. Where it does, an integer stays
   * one; where it does not (JSON writes both 20 and 20.5 of one temperature), numbers are floats
   * unless a route declares otherwise.
   */
  default boolean typesNumbers() {
    return false;
  }

  /**
   * Whether a payload may begin with any bytes, also with those by which a compressed one is known.
   */
  default boolean takesAnyBytes() {
    return false;
  }

  /**
   * The same decoder, which hands on the fields of those names not as samples but as the tags
   * ({@link Sample#tags()}) of the samples beside them. By default none are: the format has tags of
   * its own, or no fields.
   */
  default Decoder labelled(Set<String> fields) {
    return this;
  }

  /**
   * The same decoder, which rejects a payload that is not as expected. By default nothing is: the
   * format has no fields that a route may expect.
   */
  default Decoder expecting(Expectations expectations) {
    return this;
  }

  /**
   * How a message came. Between two sessions with a broker anything may be missing.
   *
   * @param connection the number of the source's connection; 0 where they have none
   * @param session the number of the one that began the session; 0 where they have none
   * @param sureSince the number of the connection since which it is the same session for sure
   * @param bestEffort whether it came at QoS 0: then what is sent between two connections is lost
   * @param duplicate whether who sent it says that it may have come before
   * @param replayed whether it was read before, and is read again from the quarantine
   */
  record Way(
      long connection,
      long session,
      long sureSince,
      boolean bestEffort,
      boolean duplicate,
      boolean replayed) {

    public static final Way UNKNOWN = new Way(0, 0, 0, false, false, false);
    public static final Way REPLAYED = new Way(0, 0, 0, false, false, true);

    /** Whether something may be missing between a connection and this one. */
    public boolean isInterruptedSince(long before) {
      return before != connection && (bestEffort || before < sureSince);
    }
  }

  /**
   * What arrived.
   *
   * @param source the name of the source, "" where there is none: sessions of a format are its own
   * @param topic the topic
   * @param metric what a value is called that has no name in the payload: as the topic names it,
   *     else {@code value}
   * @param bytes the payload, not to be changed
   * @param receiveTimeNs when it arrived, nanoseconds since the epoch
   * @param contentType the MIME type that its sender declared, or {@code null}
   * @param way how it came, for formats with sessions
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Payload(
      String source,
      String topic,
      String metric,
      byte[] bytes,
      long receiveTimeNs,
      @Nullable String contentType,
      Way way) {

    /** Of which it is not known how it came. */
    public Payload(
        String source,
        String topic,
        String metric,
        byte[] bytes,
        long receiveTimeNs,
        @Nullable String contentType) {
      this(source, topic, metric, bytes, receiveTimeNs, contentType, Way.UNKNOWN);
    }

    /** Of a topic that names no metric. */
    public Payload(String source, String topic, byte[] bytes, long receiveTimeNs) {
      this(source, topic, "value", bytes, receiveTimeNs, null);
    }

    public Payload(String topic, byte[] bytes, long receiveTimeNs) {
      this("", topic, bytes, receiveTimeNs);
    }

    /** The same message with other bytes, of which no type is declared. */
    Payload with(byte[] other) {
      return new Payload(source, topic, metric, other, receiveTimeNs, null, way);
    }
  }
}
