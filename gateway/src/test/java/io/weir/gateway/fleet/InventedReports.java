package io.weir.gateway.fleet;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sites of which a test says how they are. */
public final class InventedReports {

  private final Sites sites;
  private final Time time;

  public InventedReports(Time time) {
    this.time = time;
    sites = new Sites(Duration.ofDays(30), time);
  }

  public Sites sites() {
    return sites;
  }

  /** One that is well. */
  public void well(String gateway) {
    send(gateway, Map.of());
  }

  /** One that has these fields beside the usual ones. */
  public void send(String gateway, Map<String, Value> fields) {
    long now = time.wallNs();
    Map<String, Value> all = new LinkedHashMap<>(SitesTest.report(gateway, now).fields());
    all.putAll(fields);
    sites.take(gateway, now, all, now);
  }

  /** One whose clock is ahead by that. */
  public void ahead(String gateway, Duration by) {
    long now = time.wallNs();
    sites.take(gateway, now + by.toNanos(), SitesTest.report(gateway, now).fields(), now);
  }
}
