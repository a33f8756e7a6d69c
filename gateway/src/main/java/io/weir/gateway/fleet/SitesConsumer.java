package io.weir.gateway.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Follower;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log {@code readings} and folds the reports of other gateways, whatever source brought
 * them, into {@link Sites}. Only its thread, {@code fleet-sites}, uses the feed. The sites are
 * committed with the cursor now and then; what came after the last commit is read again after a
 * crash and changes nothing.
 */
public final class SitesConsumer implements Follower.Work, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SitesConsumer.class);
  private static final byte[] MEASUREMENT = GatewayReport.MEASUREMENT.getBytes(UTF_8);

  private final Feed feed;
  private final Time time;
  private final long commitEveryNs;
  private final MessageCodec codec = new MessageCodec();
  private final Sites sites;
  private final Follower follower;
  private long next;
  private long committedAtNs;

  /**
   * @param feed over the log of readings; closed with this
   * @param commitEvery how often the sites are saved
   */
  public SitesConsumer(Sites sites, Feed feed, Time time, Duration commitEvery) {
    this.feed = feed;
    this.time = time;
    this.commitEveryNs = commitEvery.toNanos();
    this.sites = sites;
    if (feed.state().length > 0) {
      try {
        sites.decode(feed.state());
      } catch (IllegalArgumentException e) {
        LOG.warn("The list of sites starts empty: {}", e.getMessage());
      }
    }
    next = feed.committed();
    committedAtNs = time.elapsedNs();
    follower = new Follower("fleet-sites", "the list of sites", feed, time, this);
  }

  /** What runs this: on a thread, or step by step. */
  public Follower follower() {
    return follower;
  }

  @Override
  public void resume() throws IOException {
    feed.seek(next);
  }

  @Override
  public void finish() throws IOException {
    commit();
  }

  /** Takes one record, if there is one. */
  @Override
  public boolean step() throws IOException {
    Feed.Entry entry = feed.next();
    if (entry != null) {
      next = entry.offset() + 1;
      // Most records hold no report, and need not be decoded to see that.
      if (holds(entry.payload())) {
        take(entry);
      }
    } else {
      sites.look();
    }
    if (time.elapsedNs() - committedAtNs >= commitEveryNs) {
      sites.look();
      commit();
    }
    return entry != null;
  }

  private static boolean holds(ByteBuffer bytes) {
    int last = bytes.limit() - MEASUREMENT.length;
    for (int at = bytes.position(); at <= last; at++) {
      int same = 0;
      while (same < MEASUREMENT.length && bytes.get(at + same) == MEASUREMENT[same]) {
        same++;
      }
      if (same == MEASUREMENT.length) {
        return true;
      }
    }
    return false;
  }

  private void take(Feed.Entry entry) {
    Message message;
    try {
      message = codec.decode(entry.payload());
    } catch (IllegalArgumentException e) {
      LOG.error(
          "Record {} of the readings cannot be read and reports no gateway: {}",
          entry.offset(),
          e.toString());
      return;
    }
    List<Reading> readings = message.readings();
    int from = 0;
    while (from < readings.size()) {
      int to = from + 1;
      while (to < readings.size() && readings.get(to).sharesLineWith(readings.get(from))) {
        to++;
      }
      take(readings.subList(from, to), message.receiveTimeNs());
      from = to;
    }
  }

  private void take(List<Reading> row, long receivedNs) {
    Series series = row.get(0).series();
    if (!series.measurement().equals(GatewayReport.MEASUREMENT)
        || !series.asset().equals(Asset.NONE)) {
      return;
    }
    Map<String, Value> fields = new LinkedHashMap<>();
    row.forEach(reading -> fields.put(reading.metric(), reading.value()));
    String gateway = Objects.requireNonNullElse(series.tags().get(GatewayReport.TAG), "");
    sites.take(gateway, row.get(0).timeNs(), fields, receivedNs);
  }

  private void commit() throws IOException {
    committedAtNs = time.elapsedNs();
    if (next != feed.committed()) {
      feed.commit(next, sites.encode());
    }
  }

  /** Stops the thread after its current step, commits the sites, and closes the feed. */
  @Override
  public void close() throws IOException {
    follower.close();
  }
}
