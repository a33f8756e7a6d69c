package io.weir.gateway.correction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives other gateways what people said, and takes what they said there. What crosses the network
 * are batches of one stream in its order; each names the entry that it follows, so nothing is
 * skipped, and a repeat is known by its number. For any thread.
 *
 * <p>A batch is a JSON object: {@code version} 1, {@code stream}, {@code after} (the number before
 * the first entry), {@code entries}: records as in the log, each with its {@code number}; an undo
 * names its entry by {@code ofStream} and {@code ofNumber}.
 */
public final class Sharing {

  private static final Logger LOG = LoggerFactory.getLogger(Sharing.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 1;

  /** A log in which one stream is far behind another is not read whole for each batch. */
  private record Reached(long number, long id) {}

  private final CorrectionLog log;
  private final Streams streams;
  private final Map<Long, Reached> reached = new HashMap<>();
  private boolean warned;

  Sharing(CorrectionLog log, Streams streams) {
    this.log = log;
    this.streams = streams;
  }

  /** The number up to which each stream is on stable storage here. */
  public Map<Long, Long> kept() {
    return streams.kept();
  }

  /** What another gateway has of each stream. */
  public void heard(Map<Long, Long> others) {
    streams.heard(others);
  }

  /** A batch, and the number of its last entry. */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  public record Batch(byte[] bytes, long last) {}

  /**
   * The entries of a stream after a number; {@code null} where there are none.
   *
   * @param most bytes, unless one entry alone has more
   */
  public synchronized @Nullable Batch after(long stream, long number, int most) throws IOException {
    ObjectNode batch = JSON.createObjectNode();
    batch.put("version", VERSION).put("stream", stream).put("after", number);
    ArrayNode list = batch.putArray("entries");
    Reached before = reached.get(stream);
    long from = before != null && before.number == number ? before.id : 0;
    int bytes = 0;
    long last = number;
    try (CorrectionLog.Entries entries = log.from(from)) {
      for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
        Where where = entry.origin().where();
        if (where.stream() != stream || where.number() <= number) {
          continue;
        }
        ObjectNode object = object(entry);
        bytes += JSON.writeValueAsBytes(object).length;
        if (!list.isEmpty() && bytes > most) {
          break;
        }
        list.add(object);
        last = where.number();
        reached.put(stream, new Reached(last, entry.id() + 1));
      }
    }
    return list.isEmpty() ? null : new Batch(JSON.writeValueAsBytes(batch), last);
  }

  private ObjectNode object(Entry entry) throws IOException {
    ObjectNode object = CorrectionCodec.record(entry);
    if (entry instanceof Undo undo) {
      Entry target = log.entry(undo.of());
      Where of = target == null ? Where.HERE : target.origin().where();
      object.put("ofStream", of.stream()).put("ofNumber", of.number());
    }
    return object;
  }

  /**
   * Takes a batch of another gateway: what is new of it goes into the log. What follows on a gap,
   * or finds no room, is left; it comes again.
   *
   * @throws IOException if the bytes are no batch, or the log cannot be read
   */
  public synchronized void take(byte[] bytes) throws IOException {
    JsonNode batch = JSON.readTree(bytes);
    if (batch == null || batch.path("version").asInt() != VERSION) {
      throw new IOException("it is no batch of what people said, or of a later version");
    }
    long stream = batch.path("stream").asLong();
    long after = batch.path("after").asLong(Long.MAX_VALUE);
    for (JsonNode object : batch.path("entries")) {
      if (after > streams.taken(stream)) {
        return;
      }
      Entry entry = entry(object);
      Where where = entry.origin().where();
      if (where.stream() != stream || !where.isNumbered() || where.number() <= after) {
        throw new IOException("its entries are not those of its stream");
      }
      after = where.number();
      if (after > streams.taken(stream) && !append(entry, object)) {
        return;
      }
    }
  }

  private static Entry entry(JsonNode object) throws IOException {
    try {
      return CorrectionCodec.decode(0, object);
    } catch (IllegalArgumentException e) {
      throw new IOException("an entry cannot be read: " + e.getMessage(), e);
    }
  }

  private boolean append(Entry entry, JsonNode object) throws IOException {
    Entry taken = entry;
    if (entry instanceof Undo undo) {
      long stream = object.path("ofStream").asLong();
      long number = object.path("ofNumber").asLong();
      if (number > streams.kept(stream)) {
        return false; // what it takes back is not here yet
      }
      taken = new Undo(0, id(stream, number), undo.comment(), undo.origin());
    }
    try {
      log.take(taken);
      warned = false;
      return true;
    } catch (CorrectionLog.FullException e) {
      if (!warned) {
        warned = true;
        LOG.warn("Corrections and orders of another gateway are not kept: {}", e.getMessage());
      }
      return false;
    }
  }

  /** The id here of an entry of a stream; -1 where it was damaged. */
  private long id(long stream, long number) throws IOException {
    Entry same = log.entry(number);
    if (same != null && isThat(same, stream, number)) {
      return number;
    }
    try (CorrectionLog.Entries entries = log.from(0)) {
      for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
        if (isThat(entry, stream, number)) {
          return entry.id();
        }
      }
    }
    return -1;
  }

  private static boolean isThat(Entry entry, long stream, long number) {
    Where where = entry.origin().where();
    return where.stream() == stream && where.number() == number;
  }
}
