package io.weir.gateway.http;

import io.weir.gateway.api.SitesView;
import io.weir.gateway.fleet.InventedReports;
import io.weir.gateway.log.Time;
import java.util.ArrayList;
import java.util.List;

/** The gateways that report to an invented gateway; none until a test turns it on. */
final class InventedSites implements AutoCloseable {

  private final InventedReports reports = new InventedReports(Time.SYSTEM);
  private final SitesView off = new SitesView(null, null, "", Time.SYSTEM);
  private final SitesView on = new SitesView(reports.sites(), null, "", Time.SYSTEM);

  /** Whether reports are received; asked when the server starts. */
  volatile boolean receives;

  InventedReports reports() {
    return reports;
  }

  List<HttpRoute> routes() {
    List<HttpRoute> ofOff = off.routes();
    List<HttpRoute> ofOn = on.routes();
    List<HttpRoute> routes = new ArrayList<>();
    for (int i = 0; i < ofOn.size(); i++) {
      HttpRoute.Handler without = ofOff.get(i).handler();
      HttpRoute.Handler with = ofOn.get(i).handler();
      routes.add(
          HttpRoute.of(
              ofOn.get(i).right(),
              ofOn.get(i).method(),
              ofOn.get(i).path(),
              (request, response) -> (receives ? with : without).apply(request, response)));
    }
    return routes;
  }

  @Override
  public void close() {
    off.close();
    on.close();
  }
}
