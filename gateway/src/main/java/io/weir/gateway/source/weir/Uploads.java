package io.weir.gateway.source.weir;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The batches that are on their way, within a bound of bytes and of batches for each gateway: the
 * oldest unfinished one goes for another, and its sender begins again. And which batches were
 * stored last, so that a sender that did not hear it need not send them again. In memory only. Safe
 * for several threads.
 */
final class Uploads {

  /**
   * A gateway sends one batch of each log at a time, and one before its turn; one more of each may
   * be given up.
   */
  static final int MOST_OF_GATEWAY = 8;

  private static final int MOST_STORED = 4096;

  private final long mostBytes;

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

  Uploads(long mostBytes) {
    this.mostBytes = mostBytes;
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
      makeRoom(upload, upload.room());
      open.put(key(gateway, id), upload);
      bytes += upload.room();
    }
    upload.writer = writer;
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
    int grown = upload.roomFor(more.length) - upload.room();
    makeRoom(upload, grown);
    upload.add(more);
    bytes += grown;
    return true;
  }

  /** Room for more of a batch; unfinished ones go for it, those of its own gateway first. */
  private void makeRoom(Upload wanting, int more) {
    boolean isNew = !open.containsValue(wanting);
    List<Upload> others = new ArrayList<>();
    for (Upload each : open.values()) {
      if (each != wanting && !each.storing) {
        others.add(each);
      }
    }
    List<Upload> own =
        others.stream().filter(each -> each.gateway.equals(wanting.gateway)).toList();
    int surplus = isNew ? own.size() + 1 - MOST_OF_GATEWAY : 0;
    for (Upload each : own) {
      if (surplus-- > 0 || bytes + more > mostBytes) {
        drop(each);
      }
    }
    for (Upload each : others) {
      if (bytes + more > mostBytes && open.containsValue(each)) {
        drop(each);
      }
    }
    if (bytes + more > mostBytes) {
      drop(wanting);
      throw Refused.busy("batches of other gateways take all the room");
    }
  }

  /** Forgets a batch, so that its sender begins again. */
  synchronized void drop(Upload upload) {
    if (open.remove(key(upload.gateway, upload.id), upload)) {
      bytes -= upload.room();
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

  /** The batch is on stable storage. */
  synchronized void stored(Upload upload, int rows, int repeated) {
    drop(upload);
    stored.put(key(upload.gateway, upload.id), new Stored(upload.length, rows, repeated));
    if (stored.size() > MOST_STORED) {
      stored.remove(stored.keySet().iterator().next());
    }
  }

  synchronized long bytes() {
    return bytes;
  }

  synchronized int count() {
    return open.size();
  }
}
