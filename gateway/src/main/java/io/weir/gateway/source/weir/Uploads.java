package io.weir.gateway.source.weir;

import io.weir.gateway.log.Time;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The batches that are on their way, within a bound of bytes and of batches for each gateway. A
 * batch has the room of its whole length from its first byte on, so what has begun can end; where
 * there is none left, another one waits. If each newcomer took the place of one that is half here,
 * no gateway would ever end a batch once there are many on thin lines. Room is made of:
 *
 * <ol>
 *   <li>batches of which nothing has come for a while, the quietest first;
 *   <li>those of the gateway that has most, if that is more than its share and than the newcomer
 *       would have; the quietest first.
 * </ol>
 *
 * <p>The sender of one that went begins it again. And which batches were stored last, so that a
 * sender that did not hear it need not send them again. In memory only. Safe for several threads.
 */
final class Uploads {

  /**
   * A gateway sends one batch of each log at a time, and one before its turn; one more of each may
   * be given up.
   */
  static final int MOST_OF_GATEWAY = 8;

  /** Of a gateway; more than it has logs, as it may be started anew. */
  private static final int MOST_STORING = 32;

  private static final int MOST_STORED = 4096;

  /** One part of this many of all the room is the share of a gateway. */
  static final int SHARES = 16;

  /** After which a batch may go for another one: so long no sender waits with its next part. */
  static final Duration QUIET = Duration.ofMinutes(1);

  private final long mostBytes;
  private final Time time;

  /** By gateway and id, the oldest first. */
  private final Map<String, Upload> open = new LinkedHashMap<>();

  private final Map<String, Stored> stored = new LinkedHashMap<>();
  private long bytes;

  /** What became of a batch. */
  record Stored(int length, int rows, int repeated) {}

  /**
   * How far a batch is. One that is whole is being stored, or soon will be, when its request ends:
   * a sender that heard of all its bytes alone might take them for stored.
   */
  record State(int held, boolean storing, @Nullable Stored stored) {}

  Uploads(long mostBytes, Time time) {
    this.mostBytes = mostBytes;
    this.time = time;
  }

  private static String key(String gateway, String id) {
    return gateway + " " + id;
  }

  synchronized State state(String gateway, String id) {
    Stored known = stored.get(key(gateway, id));
    if (known != null) {
      return new State(known.length(), false, known);
    }
    Upload upload = open.get(key(gateway, id));
    return upload == null
        ? new State(0, false, null)
        : new State(upload.held(), upload.isWhole(), null);
  }

  /**
   * A request that goes on with a batch, or begins it.
   *
   * @param writer the request; those before are not listened to any more
   * @throws Refused if the batch does not go on there
   */
  synchronized Upload begin(String gateway, String id, int offset, int length, Object writer) {
    Upload upload = open.get(key(gateway, id));
    int held = upload == null ? 0 : upload.held();
    if (upload != null && upload.length != length) {
      throw Refused.bad("it began with another length");
    }
    if (upload != null && upload.isWhole()) {
      throw Refused.busy("the batch is being stored");
    }
    if (offset != held) {
      throw new Refused(409, "Other place", "this batch goes on behind what is held of it")
          .member("held", held);
    }
    if (upload == null) {
      upload = new Upload(gateway, id, length);
      makeRoom(upload);
      open.put(key(gateway, id), upload);
      bytes += length;
    }
    upload.writer = writer;
    upload.atNs = time.elapsedNs();
    return upload;
  }

  /**
   * Adds bytes of a request.
   *
   * @return whether the request is still listened to
   * @throws Refused if they are too many
   */
  synchronized boolean add(Upload upload, Object writer, byte[] more) {
    if (upload.writer != writer) {
      return false;
    }
    if (more.length > upload.length - upload.held()) {
      drop(upload);
      throw Refused.bad("it is longer than it said");
    }
    upload.add(more);
    upload.atNs = time.elapsedNs();
    return true;
  }

  private void makeRoom(Upload wanting) {
    List<Upload> own =
        open.values().stream().filter(each -> each.gateway.equals(wanting.gateway)).toList();
    List<Upload> unfinished = own.stream().filter(each -> !each.storing).toList();
    if (own.size() - unfinished.size() >= MOST_STORING) {
      throw Refused.busy("many batches of this gateway are being stored");
    }
    if (unfinished.size() >= MOST_OF_GATEWAY) {
      drop(unfinished.get(0));
    }
    while (bytes + wanting.length > mostBytes) {
      Upload leaving = leavingFor(wanting);
      if (leaving == null) {
        throw Refused.busy("batches of other gateways take all the room");
      }
      drop(leaving);
    }
  }

  private @Nullable Upload leavingFor(Upload wanting) {
    long now = time.elapsedNs();
    Upload quietest =
        open.values().stream()
            .filter(each -> !each.storing)
            .max(Comparator.comparingLong(each -> now - each.atNs))
            .orElse(null);
    if (quietest == null || now - quietest.atNs >= QUIET.toNanos()) {
      return quietest;
    }
    Map<String, Long> sums = new HashMap<>();
    open.values().forEach(each -> sums.merge(each.gateway, (long) each.length, Long::sum));
    long wanted = sums.getOrDefault(wanting.gateway, 0L) + wanting.length;
    return open.values().stream()
        .filter(each -> !each.storing)
        .filter(each -> sums.getOrDefault(each.gateway, 0L) > mostBytes / SHARES)
        .filter(
            each ->
                each.gateway.equals(wanting.gateway)
                    || sums.getOrDefault(each.gateway, 0L) > wanted)
        .max(
            Comparator.<Upload>comparingLong(each -> sums.getOrDefault(each.gateway, 0L))
                .thenComparingLong(each -> now - each.atNs))
        .orElse(null);
  }

  /** Forgets a batch, so that its sender begins again. */
  synchronized void drop(Upload upload) {
    if (open.remove(key(upload.gateway, upload.id), upload)) {
      bytes -= upload.length;
    }
    upload.writer = null;
  }

  /**
   * A request has ended.
   *
   * @return whether the batch is whole, and this request is to store it
   */
  synchronized boolean ended(Upload upload, Object writer) {
    if (upload.writer != writer) {
      throw Refused.busy("a newer request goes on with this batch");
    }
    return gone(upload, writer);
  }

  /**
   * A request is gone, whether it ended or was cut off.
   *
   * @return whether the batch is whole, nobody stores it yet, and it is to be stored now
   */
  synchronized boolean gone(Upload upload, Object writer) {
    if (upload.writer != writer) {
      return false;
    }
    upload.writer = null;
    upload.storing = upload.isWhole();
    return upload.storing;
  }

  /** The batch could not be stored now. Its sender asks for it again, and need not send it. */
  synchronized void keep(Upload upload) {
    upload.storing = false;
  }

  /** A batch that is to be stored now because it could not be before; else {@code null}. */
  synchronized @Nullable Upload again(String gateway, String id) {
    Upload upload = open.get(key(gateway, id));
    if (upload == null || !upload.isWhole() || upload.storing || upload.writer != null) {
      return null;
    }
    upload.storing = true;
    upload.atNs = time.elapsedNs();
    return upload;
  }

  /** The batch is on stable storage. */
  synchronized void stored(Upload upload, int rows, int repeated) {
    drop(upload);
    stored.put(key(upload.gateway, upload.id), new Stored(upload.length, rows, repeated));
    if (stored.size() > MOST_STORED) {
      stored.remove(stored.keySet().iterator().next());
    }
  }

  /** Room that is taken. */
  synchronized long bytes() {
    return bytes;
  }

  synchronized int count() {
    return open.size();
  }
}
