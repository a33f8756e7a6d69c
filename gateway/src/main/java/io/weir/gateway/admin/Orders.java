package io.weir.gateway.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.correction.CorrectionCodec;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.correction.OrderEvent.Step;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.efficiency.config.PlannedOrder;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.MachineNow;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.OrderNow;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Query;
import io.weir.gateway.http.Right;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * The orders that machines make: lists them, and starts, pauses, finishes them and takes that back.
 * What is said is answered once it is on stable storage. Reads the log on the thread {@code
 * orders}.
 */
public final class Orders implements AutoCloseable {

  private static final String PATH = "/api/v1/orders";
  private static final long AHEAD_NS = TimeUnit.MINUTES.toNanos(1);
  private static final long BACK_NS = TimeUnit.DAYS.toNanos(32);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CorrectionLog log;
  private final Supplier<EfficiencySnapshot> figures;
  private final OrderPlan plan;
  private final Time time;
  private final EntryKeeper keeper;
  private final LastOrderEvents last;

  /**
   * @param figures the machines as they are now
   * @param plan the orders that are to be made
   */
  public Orders(
      CorrectionLog log, Supplier<EfficiencySnapshot> figures, OrderPlan plan, Time time) {
    this.log = log;
    this.figures = figures;
    this.plan = plan;
    this.time = time;
    keeper = EntryKeeper.on("orders", "order", log, time);
    last = new LastOrderEvents(log);
  }

  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.of(Right.VIEW, "GET", PATH, this::list),
        HttpRoute.of(Right.OPERATE, "POST", PATH, this::say),
        HttpRoute.of(Right.OPERATE, "POST", PATH + "/{id}/undo", this::undo));
  }

  // ---- Start, pause, finish

  private Publisher<Void> say(HttpServerRequest request, HttpServerResponse response) {
    Origin from = keeper.origin(request);
    return OrderRequest.read(request)
        .publishOn(keeper.thread())
        .flatMap(
            wanted -> {
              OrderEvent event = plan.complete(wanted.entry(EntryKeeper.by(wanted.who(), from)));
              return keeper.once(
                  from, kept -> isSame(kept, event), () -> keeper.keep(checked(event)));
            })
        .flatMap(kept -> EntryKeeper.answer(request, response, 201, CorrectionCodec.json(kept)));
  }

  private static boolean isSame(Entry kept, OrderEvent event) {
    return kept instanceof OrderEvent before
        && before.step() == event.step()
        && before.asset().equals(event.asset());
  }

  /** The event, which then names its order where that is known. */
  private OrderEvent checked(OrderEvent event) {
    long now = time.wallNs();
    if (event.at() > now + AHEAD_NS || event.at() < now - BACK_NS) {
      throw OrderRequest.BODY.bad("at must not be to come, and at most 32 days ago");
    }
    EfficiencySnapshot present = figures.get();
    List<MachineNow> machines =
        present.machines().stream().filter(each -> event.isAbout(each.asset())).toList();
    if (machines.isEmpty()) {
      throw EntryKeeper.noFigures(
          event.asset(), present.isBehind(), "/api/v1/efficiency lists the machines that have");
    }
    OrderEvent newest = last.all().get(event.asset());
    boolean isLast = newest == null || newest.at() <= event.at();
    return event.step() == Step.STARTED || !isLast
        ? event
        : event.of(made(event, newest, machines));
  }

  /** The id of the order that is made, which the event must mean. */
  private static String made(
      OrderEvent event, @Nullable OrderEvent last, List<MachineNow> machines) {
    String made = "";
    if (last != null && (last.step() == Step.STARTED || event.step() == Step.FINISHED)) {
      made = last.step() == Step.FINISHED ? "" : last.order();
    }
    for (MachineNow machine : machines) {
      OrderNow told = machine.order();
      if (made.isEmpty() && told != null && !ends(last, told)) {
        made = told.order();
      }
    }
    if (made.isEmpty()) {
      throw new ProblemDocument(
          409, "No order", event.asset().path() + " makes no order; start one first");
    }
    if (!event.order().isEmpty() && !event.order().equals(made)) {
      throw new ProblemDocument(
          409, "Another order", event.asset().path() + " makes the order '" + made + "'");
    }
    return made;
  }

  // ---- Undo

  private Publisher<Void> undo(HttpServerRequest request, HttpServerResponse response) {
    return keeper.undo(request, response, PATH, this::checkThatItIsTheLast);
  }

  private void checkThatItIsTheLast(long id) {
    OrderEvent event = found(id);
    keeper.checkThatItHolds(id, "event");
    if (event.at() < time.wallNs() - BACK_NS) { // the figures know no more what it changed
      throw new ProblemDocument(
          409, "Too long ago", "what was said of a time more than 32 days ago stays");
    }
    OrderEvent newest = last.all().get(event.asset());
    if (newest != null && newest.id() != id) {
      throw new ProblemDocument(
          409,
          "Not the last",
          "only what was said last of "
              + event.asset().path()
              + " can be undone: event "
              + newest.id());
    }
  }

  private OrderEvent found(long id) {
    try {
      if (log.entry(id) instanceof OrderEvent event) {
        return event;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new ProblemDocument(404, "Not found", "there is no event " + id + " of an order");
  }

  // ---- List

  private Publisher<Void> list(HttpServerRequest request, HttpServerResponse response) {
    Query query = new Query(request, "site", "area", "line", "machine");
    String[] wanted = {
      query.text("site"), query.text("area"), query.text("line"), query.text("machine")
    };
    return Mono.fromCallable(() -> listed(wanted))
        .subscribeOn(keeper.thread())
        .flatMap(json -> EntryKeeper.answer(request, response, 200, json));
  }

  private ObjectNode listed(@Nullable String[] wanted) {
    ObjectNode page = JSON.createObjectNode();
    ArrayNode all = page.putArray("orders");
    Map<Asset, OrderEvent> said = last.all();
    for (MachineNow machine : figures.get().machines()) {
      OrderNow order = machine.order();
      OrderEvent of = latest(said, machine.asset());
      if (!fits(wanted, machine.asset())) {
        continue;
      }
      if (of != null && isAhead(of, machine)) {
        begun(all, machine.asset(), of);
      } else if (order != null && !ends(of, order)) {
        ObjectNode made = entry(all, machine.asset(), "running", order.order());
        put(made, "product", order.product());
        put(made, "quantity", order.quantity());
        made.put("since", text(order.start()));
        put(made, "total", order.total());
        put(made, "good", order.good());
        put(made, "progress", order.progress());
        boolean isSaid =
            of != null && of.step() == Step.STARTED && of.order().equals(order.order());
        event(made, isSaid ? of : null);
      }
    }
    for (OrderEvent event : said.values()) {
      if (event.step() == Step.PAUSED && fits(wanted, event.asset())) {
        ObjectNode paused = entry(all, event.asset(), "paused", event.order());
        paused.put("since", text(event.at()));
        event(paused, event);
      }
    }
    for (PlannedOrder order : plan.toCome(said.values())) {
      if (fits(wanted, order.asset())) {
        ObjectNode planned = entry(all, order.asset(), "planned", order.order());
        put(planned, "product", order.product());
        put(planned, "quantity", order.quantity());
        put(planned, "plannedStart", Objects.toString(order.start(), ""));
        put(planned, "plannedEnd", Objects.toString(order.end(), ""));
        event(planned, null);
      }
    }
    return page;
  }

  /**
   * Whether a start is later than all that the machine has told: the figures follow when it tells.
   */
  private static boolean isAhead(OrderEvent event, MachineNow machine) {
    OrderNow order = machine.order();
    return event.step() == Step.STARTED
        && machine.seen() < event.at()
        && (order == null || !order.order().equals(event.order()));
  }

  private static void begun(ArrayNode all, Asset machine, OrderEvent event) {
    ObjectNode made = entry(all, machine, "running", event.order());
    put(made, "product", event.product());
    put(made, "quantity", event.quantity());
    made.put("since", text(event.at()));
    event(made, event);
  }

  /** Whether it was said that an order is made no more, before the machine's time is so far. */
  private static boolean ends(@Nullable OrderEvent said, OrderNow order) {
    return said != null
        && said.step() != Step.STARTED
        && said.at() >= order.start()
        && (said.order().isEmpty() || said.order().equals(order.order()));
  }

  /** What was said last of a machine or of its line. */
  private static @Nullable OrderEvent latest(Map<Asset, OrderEvent> last, Asset machine) {
    OrderEvent own = last.get(machine);
    OrderEvent ofLine = last.get(machine.toLine());
    if (own == null || ofLine == null) {
      return own == null ? ofLine : own;
    }
    return own.isBefore(ofLine) ? ofLine : own;
  }

  private static boolean fits(@Nullable String[] wanted, Asset asset) {
    @Nullable String[] levels = {asset.site(), asset.area(), asset.line(), asset.machine()};
    for (int i = 0; i < wanted.length; i++) {
      String level = levels[i];
      if (wanted[i] != null && level != null && !level.equals(wanted[i])) {
        return false;
      }
    }
    return true;
  }

  private static ObjectNode entry(ArrayNode all, Asset asset, String state, String order) {
    ObjectNode entry = all.addObject();
    put(entry, "site", asset.site());
    put(entry, "area", asset.area());
    put(entry, "line", asset.line());
    put(entry, "machine", asset.machine());
    return entry.put("state", state).put("order", order);
  }

  private static void put(ObjectNode entry, String name, @Nullable String text) {
    if (text != null && !text.isEmpty()) {
      entry.put(name, text);
    }
  }

  private static void put(ObjectNode entry, String name, double number) {
    if (!Double.isNaN(number)) {
      entry.put(name, number);
    }
  }

  private static void event(ObjectNode entry, @Nullable OrderEvent event) {
    if (event == null) {
      entry.putNull("event");
    } else {
      entry.set("event", CorrectionCodec.json(event));
    }
  }

  private static String text(long ns) {
    return Instant.EPOCH.plus(ns, ChronoUnit.NANOS).toString();
  }

  @Override
  public void close() {
    keeper.close();
  }
}
