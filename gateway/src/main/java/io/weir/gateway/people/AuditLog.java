package io.weir.gateway.people;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.http.Audit;
import io.weir.gateway.http.Caller;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Synced;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Who did what, as records of a log that drops its oldest at its bound. A deed is on the disk
 * before it is done; what became of it follows as a second record. For any thread.
 */
public final class AuditLog implements Audit {

  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KIND = 1;

  /** Records that are looked through for one that is asked for: of a deed there are two. */
  private static final int RECORDS_OF_ENTRY = 3;

  private static final int DONE = 200;
  private static final int LONGEST_TEXT = 256;

  private final SegmentLog log;
  private final Time time;

  /** Whoever guesses passwords must not push out what else was done. */
  private final Pace wrongLogins = new Pace(60, TimeUnit.MINUTES.toNanos(1));

  private long leftOut;

  /**
   * @param log opened
   */
  public AuditLog(SegmentLog log, Time time) {
    this.log = log;
    this.time = time;
  }

  @Override
  public Mono<Long> begins(Caller caller, String method, String path, String address) {
    return Mono.fromFuture(
        () -> append(entry(caller, address).put("what", method + " " + cut(path))), true);
  }

  @Override
  public void ended(long entry, int status) {
    append(JSON.createObjectNode().put("of", entry).put("status", status));
  }

  /** Something that was done elsewhere: a login, or a change of the file of users. */
  public void known(Caller caller, String what, String address) {
    append(entry(caller, address).put("what", what).put("status", DONE));
  }

  /** A login that was refused, unless many are; then one a minute, with how many there were. */
  public void wrongLogin(String name, String address, int status) {
    ObjectNode entry = timed().put("who", cut(name)).put("address", address);
    synchronized (this) {
      long now = time.elapsedNs();
      if (wrongLogins.waitNs("", now) > 0) {
        leftOut++;
        return;
      }
      wrongLogins.take("", now);
      if (leftOut > 0) {
        entry.put("leftOut", leftOut);
      }
      leftOut = 0;
    }
    append(entry.put("what", "login").put("status", status));
  }

  private ObjectNode timed() {
    return JSON.createObjectNode().put("time", Time.instant(time.wallNs()).toString());
  }

  private ObjectNode entry(Caller caller, String address) {
    return timed()
        .put("who", caller.name())
        .put("kind", caller.kind().name().toLowerCase(Locale.ROOT))
        .put("role", caller.role().word())
        .put("address", address);
  }

  private static String cut(String text) {
    return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
  }

  /** The id, once it is on the disk; {@code null} where it cannot be kept, which is logged. */
  private CompletableFuture<@Nullable Long> append(ObjectNode entry) {
    CompletableFuture<@Nullable Long> kept = new CompletableFuture<>();
    long offset = log.append(KIND, time.wallNs(), 1, bytes(entry), new Kept(kept, entry));
    if (offset == SegmentLog.NO_ROOM) {
      LOG.error("The audit does not take {}: {}", entry, log.status().reason());
      kept.complete(null);
    }
    return kept;
  }

  private record Kept(CompletableFuture<@Nullable Long> kept, ObjectNode entry) implements Synced {

    @Override
    public void synced(long at) {
      kept.complete(at);
    }

    @Override
    public void failed(long at, Throwable cause) {
      LOG.error("The audit could not be written: {}", entry, cause);
      kept.complete(null);
    }
  }

  private static ByteBuffer bytes(ObjectNode entry) {
    try {
      return ByteBuffer.wrap(JSON.writeValueAsBytes(entry));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON cannot be written", e);
    }
  }

  /**
   * The newest entries below an id, newest first, each with its {@code id} and with the {@code
   * status} that became of it where that is known.
   */
  public List<ObjectNode> newest(long before, int limit) throws IOException {
    long end = log.syncedOffset();
    long below = Math.min(before, end);
    Map<Long, Integer> statuses = new HashMap<>();
    List<ObjectNode> entries = new ArrayList<>();
    for (long from = below; entries.size() <= limit && from > log.firstOffset(); ) {
      long to = from;
      from = Math.max(log.firstOffset(), from - (long) RECORDS_OF_ENTRY * limit);
      // What became of the last of them stands behind them.
      entries.addAll(0, read(from, to, to == below ? Math.min(end, to + limit) : to, statuses));
    }
    List<ObjectNode> newest = new ArrayList<>();
    for (int i = entries.size() - 1; i >= 0 && newest.size() < limit; i--) {
      ObjectNode entry = entries.get(i);
      Integer status = statuses.get(entry.path("id").asLong());
      newest.add(status == null ? entry : entry.put("status", status));
    }
    return newest;
  }

  /** The entries of a span of the log; what became of any goes to {@code statuses}. */
  private List<ObjectNode> read(long from, long to, long look, Map<Long, Integer> statuses)
      throws IOException {
    List<ObjectNode> entries = new ArrayList<>();
    try (Feed feed = log.scan(from)) {
      for (Feed.Entry record = feed.next(); record != null; record = feed.next()) {
        if (record.offset() >= look) {
          break;
        }
        JsonNode tree = tree(record.payload());
        if (tree.has("of")) {
          statuses.put(tree.path("of").asLong(), tree.path("status").asInt());
        } else if (record.offset() < to && tree instanceof ObjectNode entry) {
          entries.add(entry.put("id", record.offset()));
        }
      }
    }
    return entries;
  }

  private static JsonNode tree(ByteBuffer payload) throws IOException {
    byte[] bytes = new byte[payload.remaining()];
    payload.duplicate().get(bytes);
    return JSON.readTree(bytes);
  }
}
