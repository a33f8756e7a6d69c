package io.weir.gateway.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Folding;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
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
 * them, into {@link Sites}. A report that is read again after a crash changes nothing.
 */
public final class SitesConsumer extends Folding {

  private static final Logger LOG = LoggerFactory.getLogger(SitesConsumer.class);
  private static final byte[] MEASUREMENT = GatewayReport.MEASUREMENT.getBytes(UTF_8);

  private final Sites sites;

  /**
   * @param feed over the log of readings; closed with this
   * @param commitEvery how often the sites are saved
   */
  public SitesConsumer(Sites sites, Feed feed, Time time, Duration commitEvery) {
    super("fleet-sites", "the list of sites", feed, time, commitEvery);
    this.sites = sites;
    if (feed.state().length > 0) {
      try {
        sites.decode(feed.state());
      } catch (IllegalArgumentException e) {
        LOG.warn("The list of sites starts empty: {}", e.getMessage());
      }
    }
  }

  /** Most records hold no report, and need not be decoded to see that. */
  @Override
  protected boolean concerns(ByteBuffer bytes) {
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

  @Override
  protected void accept(Message message) {
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

  @Override
  protected void look() {
    sites.look();
  }

  @Override
  protected byte[] encode() {
    return sites.encode();
  }
}
