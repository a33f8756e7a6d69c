package io.weir.gateway.http;

import io.weir.gateway.admin.Corrections;
import io.weir.gateway.admin.OrderPlan;
import io.weir.gateway.admin.Orders;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.CorrectionLogs;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What people have said at an invented gateway: nothing, as its API answers it. */
final class InventedCorrections implements Corrections.Figures, AutoCloseable {

  private final Corrections corrections;
  private final Orders orders;

  InventedCorrections() {
    try {
      CorrectionLog log = CorrectionLogs.open(new MemoryDisk(new Random(1))).log();
      corrections = new Corrections(log, this, Time.SYSTEM);
      orders =
          new Orders(
              log,
              () -> new EfficiencySnapshot(0, 0, 0, List.of(), List.of(), 0, 0, 0, 0),
              new OrderPlan(List::of, Map::of),
              Time.SYSTEM);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<HttpRoute> routes() {
    List<HttpRoute> routes = new ArrayList<>(corrections.routes());
    routes.addAll(orders.routes());
    return routes;
  }

  @Override
  public List<Asset> machines() {
    return List.of();
  }

  @Override
  public boolean isBehind() {
    return false;
  }

  @Override
  public List<Correction.Stretch> states(Asset machine, long from, long to) {
    return List.of();
  }

  @Override
  public Why reason(Why given, Asset machine, String comment) {
    return given;
  }

  @Override
  public Why meaning(String word, Asset machine) {
    return new Why("", word, "", null);
  }

  @Override
  public void close() {
    corrections.close();
    orders.close();
  }
}
