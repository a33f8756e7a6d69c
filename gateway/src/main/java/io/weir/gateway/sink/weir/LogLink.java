package io.weir.gateway.sink.weir;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Row;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.StreamSink.Entry;
import io.weir.gateway.sink.weir.Peer.Reply;
import io.weir.gateway.uplink.LinkBatch;
import io.weir.gateway.uplink.LinkCodec;
import io.weir.gateway.uplink.LinkRow;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one log, in turn or ahead. What it is given becomes batches of a bounded size; a batch is
 * kept until it is stored, so that it goes on in the middle when it is given again. A part of a
 * batch takes some seconds, as fast as the line is: the other side bounds the time of a request,
 * and what it holds of a part that is cut off may be nothing where a proxy is between. Used by one
 * thread at a time.
 */
final class LogLink {

  private static final Logger LOG = LoggerFactory.getLogger(LogLink.class);

  /** Of a batch before compression, about. */
  private static final int BATCH_BYTES = 1 << 20;

  private static final int BATCH_VALUES = LinkCodec.MOST_VALUES / 2;

  /** Of names and texts, which stand once in a batch. */
  private static final long BATCH_WEIGHT = LinkCodec.MOST_WEIGHT / 2;

  private static final int LEAST_PART = 2 << 10;
  private static final int FIRST_PART = 16 << 10;
  private static final int LARGEST_PART = 512 << 10;
  private static final long PART_NS = TimeUnit.SECONDS.toNanos(4);
  private static final long NS_IN_MS = 1_000_000;
  private static final int ID_BYTES = 16;
  private static final int NONCE_LENGTH = 13;
  private static final int ROW_BYTES = 32;
  private static final int NUMBER_BYTES = 10;
  private static final int MOST_WITHOUT_PROGRESS = 3;
  private static final long IN_ORDER_NS = TimeUnit.HOURS.toNanos(1);
  private static final Duration A_MOMENT = Duration.ofMillis(500);

  private final WeirSinkConfig config;
  private final String log;
  private final SinkContext context;
  private final Peer peer;
  private final Time time;
  private final Consumer<String> renewed;

  /** The place of the last row that is stored, by what this process has heard. */
  private @Nullable Entry stored;

  private @Nullable Sending sending;
  private int part = FIRST_PART;

  /** Until when the other gateway is taken for one that knows rows by their order alone. */
  private volatile @Nullable Long inOrderUntilNs;

  /**
   * How rows go.
   *
   * @param again whether somebody asked for them again
   * @param since {@link LinkBatch#IN_TURN}, or from which offset on they go before their turn
   */
  record Order(boolean again, long since) {

    static final Order IN_TURN = new Order(false, LinkBatch.IN_TURN);
    static final Order AGAIN = new Order(true, LinkBatch.IN_TURN);

    static Order ahead(long since) {
      return new Order(false, since);
    }

    boolean isAhead() {
      return since != LinkBatch.IN_TURN;
    }
  }

  /**
   * @param renewed hears why the logs were named anew
   */
  LogLink(
      WeirSinkConfig config, String log, SinkContext context, Peer peer, Consumer<String> renewed) {
    this.config = config;
    this.log = log;
    this.context = context;
    this.peer = peer;
    this.time = context.time();
    this.renewed = renewed;
  }

  /** A batch that is on its way. */
  private static final class Sending {
    final String incarnation;
    final Order order;
    final Entry first;
    final int count;
    final byte[] bytes;
    final String id;
    boolean isStored;

    /** What the other side holds, -1 where it must be asked. */
    long held;

    Sending(String incarnation, Order order, Entry first, int count, byte[] bytes) {
      this.incarnation = incarnation;
      this.order = order;
      this.first = first;
      this.count = count;
      this.bytes = bytes;
      this.id = id(bytes);
    }

    boolean isOf(String named, Order wanted, List<? extends Entry> entries) {
      return incarnation.equals(named)
          && order.equals(wanted)
          && entries.size() >= count
          && compare(first, entries.get(0)) == 0;
    }
  }

  /**
   * Whether the other gateway knows rows by their order alone: it is of an earlier version, or too
   * many rows came before their turn. Any thread.
   */
  boolean isInOrder() {
    Long until = inOrderUntilNs;
    return until != null && time.elapsedNs() - until < 0;
  }

  /** Sends what is not stored yet, and waits for it. */
  Answer write(List<? extends Entry> entries, Order order) {
    List<Answer.RefusedLine> refused = new ArrayList<>();
    int from = order.again() ? 0 : storedOf(entries);
    while (from < entries.size()) {
      if (isTooLarge(entries.get(from))) {
        refused.add(
            new Answer.RefusedLine(
                from, Reason.TOO_LARGE, "the row is larger than a batch between gateways may be"));
        from++;
        continue;
      }
      try {
        Sending batch = next(entries.subList(from, entries.size()), order);
        Answer failure = send(batch);
        if (failure != null) {
          return failure;
        }
        if (batch.isStored) {
          sending = null;
          from += batch.count;
          stored = order.again() ? stored : entries.get(from - 1);
        }
      } catch (IOException e) {
        return cutOff(e);
      }
    }
    return refused.isEmpty()
        ? new Answer.Stored()
        : new Answer.Refused(true, refused, "rows are larger than a batch may be");
  }

  private Answer cutOff(IOException e) {
    Sending held = sending;
    if (held != null) {
      held.held = -1;
    }
    part = Math.max(LEAST_PART, part / 2);
    return new Answer.Down(String.valueOf(e.getMessage()));
  }

  private int storedOf(List<? extends Entry> entries) {
    int count = 0;
    Entry last = stored;
    while (last != null && count < entries.size() && compare(entries.get(count), last) <= 0) {
      count++;
    }
    return count;
  }

  private static int compare(Entry one, Entry other) {
    int offsets = Long.compare(one.offset(), other.offset());
    return offsets != 0 ? offsets : Integer.compare(one.index(), other.index());
  }

  // ---- The batch

  private Sending next(List<? extends Entry> entries, Order order) throws IOException {
    String incarnation = context.incarnation().id();
    Sending kept = sending;
    if (kept != null && kept.isOf(incarnation, order, entries)) {
      return kept;
    }
    int bytes = 0;
    int values = 0;
    long weight = 0;
    boolean isToldToStand = !isInOrder();
    List<LinkRow> rows = new ArrayList<>();
    for (Entry entry : entries) {
      bytes += bytes(entry);
      values += entry.row().fields().size();
      LinkRow row = row(entry, isToldToStand);
      weight += row.weight();
      boolean full = bytes > BATCH_BYTES || values > BATCH_VALUES || weight > BATCH_WEIGHT;
      if (!rows.isEmpty() && (full || isTooLarge(entry))) {
        break;
      }
      rows.add(row);
    }
    String named = order.again() ? incarnation + "." + nonce() : incarnation;
    byte[] encoded =
        LinkCodec.encode(
            new LinkBatch(config.gateway(), named, log, order.again(), order.since(), rows));
    Sending made = new Sending(incarnation, order, entries.get(0), rows.size(), encoded);
    sending = made;
    return made;
  }

  /**
   * The other gateway knows the batches that it stored last by their bytes. So what is asked for a
   * second time must have other ones, or it would be answered as stored, and not be stored again.
   */
  private static String nonce() {
    return UUID.randomUUID().toString().substring(0, NONCE_LENGTH);
  }

  private static LinkRow row(Entry entry, boolean isToldToStand) {
    List<LinkRow.Field> fields = new ArrayList<>(entry.row().fields().size());
    for (Row.Field field : entry.row().fields()) {
      fields.add(new LinkRow.Field(field.key(), field.value()));
    }
    return new LinkRow(
        entry.offset(),
        entry.index(),
        entry.topic(),
        Math.floorDiv(entry.receiveTimeNs(), NS_IN_MS),
        entry.series(),
        entry.quality(),
        entry.reason(),
        entry.row().timeNs(),
        fields,
        isToldToStand && entry.isToStand());
  }

  private static boolean isTooLarge(Entry entry) {
    return entry.row().fields().size() > LinkCodec.MOST_VALUES
        || entry.topic().length() > LinkCodec.MOST_OF_TOPIC
        || bytes(entry) > LinkCodec.MOST_BYTES / 2;
  }

  /** At most about this many before compression. */
  private static int bytes(Entry entry) {
    int bytes = ROW_BYTES;
    for (Row.Field field : entry.row().fields()) {
      bytes += NUMBER_BYTES;
      if (field.value() instanceof Value.Text text) {
        bytes += 3 * text.value().length();
      }
    }
    return bytes;
  }

  private static String id(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(Arrays.copyOf(hash, ID_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  // ---- Its way

  /**
   * Sends a batch, from where it was cut off. Returns {@code null} where it is stored, and where
   * the logs have another name now, by which it is to be made anew.
   */
  private @Nullable Answer send(Sending batch) throws IOException {
    int moved = 0;
    while (true) {
      if (batch.held < 0) {
        Reply state = peer.state(batch.id);
        Answer answer = taken(batch, state);
        if (answer != null || batch.isStored || sending != batch) {
          return answer;
        }
      }
      int from = (int) batch.held;
      int count = Math.min(part, batch.bytes.length - from);
      long began = time.elapsedNs();
      Reply reply = peer.post(batch.id, batch.bytes, from, count);
      Answer answer = taken(batch, reply);
      if (answer != null || batch.isStored || sending != batch) {
        return answer;
      }
      if (batch.held > from) {
        paced(count, time.elapsedNs() - began);
        moved = 0;
      } else if (++moved > MOST_WITHOUT_PROGRESS) {
        batch.held = -1;
        return new Answer.Down("the other gateway takes no byte of a batch");
      }
    }
  }

  /** A part is to take some seconds. */
  private void paced(int bytes, long tookNs) {
    double wanted = bytes * (double) PART_NS / Math.max(1, tookNs);
    part = (int) Math.max(LEAST_PART, Math.min(LARGEST_PART, Math.min(wanted, 2.0 * part)));
  }

  /** Takes an answer in; returns what the drain has to know, {@code null} to go on. */
  private @Nullable Answer taken(Sending batch, Reply reply) throws IOException {
    if (reply.status() == 200 && reply.stored()) {
      batch.isStored = true;
      return null;
    }
    if (reply.status() == 200 && reply.storing()) {
      batch.held = -1;
      return new Answer.Busy(A_MOMENT, "the other gateway is storing the batch");
    }
    if (reply.status() == 200 && isPlace(reply.held(), batch)) {
      batch.held = reply.held();
      return null;
    }
    if (reply.status() == 409 && reply.newIncarnation()) {
      return nameAnew(batch, reply.detail());
    }
    if (reply.status() == 409 && isPlace(reply.held(), batch)) {
      batch.held = reply.held();
      return null;
    }
    batch.held = -1;
    boolean isUnknown = reply.status() == 415 && !isInOrder();
    if (reply.inOrder() || isUnknown) { // in order they go by what every version knows
      inOrderUntilNs = time.elapsedNs() + IN_ORDER_NS;
      sending = null;
      return batch.order.isAhead() ? new Answer.Busy(A_MOMENT, said(reply)) : null;
    }
    return failure(reply);
  }

  /** Also the end: a request without bytes has a batch stored that came whole and was cut off. */
  private static boolean isPlace(long held, Sending batch) {
    return held >= 0 && held <= batch.bytes.length;
  }

  private @Nullable Answer nameAnew(Sending batch, String why) throws IOException {
    String now = context.incarnation().renew(batch.incarnation);
    sending = null;
    LOG.warn(
        "{}: the logs are incarnation {} from now on, no longer {}: {}",
        config.name(),
        now,
        batch.incarnation,
        why);
    renewed.accept(why);
    return null;
  }

  private Answer failure(Reply reply) {
    if (reply.status() == 413) {
      boolean least = part == LEAST_PART;
      part = Math.max(LEAST_PART, part / 4);
      return least ? new Answer.Misconfigured(said(reply)) : new Answer.Busy(A_MOMENT, said(reply));
    }
    return reply.status() == 200 ? noWord(reply) : meaning(reply);
  }

  /** Only what says that a batch is stored is taken for it: others too answer with 200. */
  private static Answer noWord(Reply reply) {
    return new Answer.Misconfigured(
        reply.status() + ", but that is no answer of a gateway to a batch");
  }

  /** What an answer to the question for a batch that nobody has sent says of the other gateway. */
  static Answer meaning(Reply reply) {
    return switch (reply.status()) {
      case 200 -> reply.held() < 0 ? noWord(reply) : new Answer.Stored();
      case 401, 403, 404, 405, 407, 413, 415 -> new Answer.Misconfigured(said(reply));
      case 429, 503 -> new Answer.Busy(reply.retryAfter(), said(reply));
      default -> new Answer.Down(said(reply));
    };
  }

  private static String said(Reply reply) {
    return reply.status() + ": " + reply.detail();
  }
}
