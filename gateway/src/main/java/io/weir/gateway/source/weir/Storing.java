package io.weir.gateway.source.weir;

import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.Passage;
import io.weir.gateway.uplink.BadBatchException;
import io.weir.gateway.uplink.LinkBatch;
import io.weir.gateway.uplink.LinkCodec;
import io.weir.gateway.uplink.LinkRow;
import io.weir.gateway.uplink.RowHash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hands the rows of a batch to the log. First it looks at all of them: where one is in doubt,
 * nothing of the batch is taken. Belongs to the source's thread.
 */
final class Storing {

  private static final long NS_IN_MS = 1_000_000;

  private final String source;
  private final @Nullable String tag;
  private final Passage passage;

  Storing(String source, @Nullable String tag, Passage passage) {
    this.source = source;
    this.tag = tag;
    this.passage = passage;
  }

  /** Receives what became of a batch, once; on any thread. */
  interface Result {
    void stored(int rows, int repeated);

    void refused(Refused why);
  }

  /**
   * Stores a batch.
   *
   * @param gateway who sends it, as its certificate says
   */
  void store(String gateway, byte[] bytes, Result result) {
    try {
      LinkBatch batch = decoded(gateway, bytes);
      List<Passage.Passed> fresh = fresh(batch);
      int repeated = batch.rows().size() - fresh.size();
      Pending pending = new Pending(fresh.size(), repeated, result);
      if (fresh.isEmpty()) {
        pending.allDurable();
        return;
      }
      for (Passage.Passed row : fresh) {
        if (passage.pass(row, batch.again(), pending) == Inbox.Answer.NO_ROOM) {
          pending.refused("the log has no room");
          return;
        }
      }
    } catch (Refused e) {
      result.refused(e);
    }
  }

  private static LinkBatch decoded(String gateway, byte[] bytes) {
    LinkBatch batch;
    try {
      batch = LinkCodec.decode(bytes);
    } catch (BadBatchException e) {
      String detail = String.valueOf(e.getMessage());
      throw e.isUnknown() ? new Refused(415, "Unknown batch", detail) : Refused.bad(detail);
    }
    if (!batch.gateway().equals(gateway)) {
      throw new Refused(
          403, "Other gateway", "gateway '" + gateway + "' sends what names another one");
    }
    return batch;
  }

  /** The rows that are to be appended. */
  private List<Passage.Passed> fresh(LinkBatch batch) {
    String log = batch.gateway() + "/" + batch.incarnation() + "/" + batch.log();
    RowHash hash = new RowHash();
    Map<Series, Series> tagged = new IdentityHashMap<>();
    List<Passage.Passed> fresh = new ArrayList<>(batch.rows().size());
    if (!batch.again()) {
      passage.begin(source, place(log, batch.rows().get(0), batch, hash));
    }
    List<Passage.Place> places = new ArrayList<>(batch.rows().size());
    List<Passage.Known> known = new ArrayList<>(batch.rows().size());
    int lastKnown = -1;
    for (LinkRow row : batch.rows()) {
      Passage.Place place = place(log, row, batch, hash);
      places.add(place);
      known.add(batch.again() ? Passage.Known.NEW : passage.known(source, place, row.mustStand()));
      if (known.get(known.size() - 1) == Passage.Known.REPEATED) {
        lastKnown = known.size() - 1;
      }
    }
    for (int i = 0; i < places.size(); i++) {
      LinkRow row = batch.rows().get(i);
      switch (known.get(i)) {
        case NEW -> fresh.add(passed(batch, row, places.get(i), tagged));
        case FORGOTTEN -> {
          if (i > lastKnown) {
            throw doubtful(log, row, batch);
          }
        }
        case REPEATED -> {
          // is on stable storage
        }
        case UNDER_WAY -> throw Refused.busy("rows of this batch are being stored");
        case CROWDED ->
            throw new Refused(
                    409,
                    "In order only",
                    "rows of log %s came before their turn in too many ranges".formatted(log))
                .member("inOrder", true);
        case DOUBTFUL -> throw doubtful(log, row, batch);
      }
    }
    return fresh;
  }

  private static Refused doubtful(String log, LinkRow row, LinkBatch batch) {
    return new Refused(
            409,
            "New incarnation needed",
            "row %d/%d of log %s is not known here, and its place may have come before"
                .formatted(row.offset(), row.index(), log))
        .member("incarnation", batch.incarnation());
  }

  private static Passage.Place place(String log, LinkRow row, LinkBatch batch, RowHash hash) {
    return new Passage.Place(log, row.offset(), row.index(), hash.of(row), batch.since());
  }

  private Passage.Passed passed(
      LinkBatch batch, LinkRow row, Passage.Place place, Map<Series, Series> tagged) {
    Series series =
        tag == null
            ? row.series()
            : tagged.computeIfAbsent(row.series(), each -> with(tag, batch.gateway(), each));
    List<Reading> readings = new ArrayList<>(row.fields().size());
    for (LinkRow.Field field : row.fields()) {
      readings.add(
          new Reading(
              series, field.metric(), field.value(), row.timeNs(), row.quality(), row.reason()));
    }
    return new Passage.Passed(source, row.topic(), row.receivedMs() * NS_IN_MS, place, readings);
  }

  /** The first gateway that a reading came from keeps its name. */
  private static Series with(String tag, String gateway, Series series) {
    Map<String, String> tags = new TreeMap<>(series.tags());
    return tags.putIfAbsent(tag, gateway) == null
        ? new Series(series.measurement(), series.asset(), Collections.unmodifiableMap(tags))
        : series;
  }

  /** Rows that are with the log. */
  private final class Pending implements Delivery.Settled {
    private final int rows;
    private final int repeated;
    private final Result result;
    private int durable;
    private boolean answered;

    Pending(int rows, int repeated, Result result) {
      this.rows = rows;
      this.repeated = repeated;
      this.result = result;
    }

    void allDurable() {
      passage.repeated(source, repeated);
      result.stored(rows + repeated, repeated);
    }

    @Override
    public void durable(Inbox.Receipt receipt) {
      boolean all;
      synchronized (this) {
        durable++;
        all = durable == rows && !answered;
        answered |= all;
      }
      if (all) {
        allDurable();
      }
    }

    @Override
    public void failed(Throwable cause) {
      refused("the log could not be synced");
    }

    /** Rows that are with the log already are known when the batch comes again. */
    void refused(String why) {
      synchronized (this) {
        if (answered) {
          return;
        }
        answered = true;
      }
      result.refused(Refused.busy(why));
    }
  }
}
