package io.weir.gateway.admin;

import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.correction.OrderEvent.Step;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.model.Asset;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * What a client says of an order: the JSON object of its body, checked.
 *
 * @param at nanoseconds since the epoch; {@code null} for now
 */
record OrderRequest(
    Asset asset,
    Step step,
    @Nullable Long at,
    String order,
    String product,
    double quantity,
    String comment,
    String who) {

  static final JsonBody BODY =
      new JsonBody(
          "Bad order",
          "kind, site, area, line, machine, order, product, quantity, at, comment and who",
          "what is said of an order is short",
          member ->
              member.equals("quantity") ? "quantity takes a number" : member + " takes one text");

  private static final BodyMembers MEMBERS = new BodyMembers(BODY);

  /** The members of the object. */
  private record Body(
      @Nullable String kind,
      @Nullable String site,
      @Nullable String area,
      @Nullable String line,
      @Nullable String machine,
      @Nullable String order,
      @Nullable String product,
      @Nullable Double quantity,
      @Nullable String at,
      @Nullable String comment,
      @Nullable String who) {}

  /** Reads a request's body; signals a problem document with the problem. */
  static Mono<OrderRequest> read(HttpServerRequest request) {
    String user = BodyMembers.user(request);
    return BODY.receive(request).map(json -> of(json, user));
  }

  static OrderRequest of(byte[] json, String user) {
    Body body = BODY.read(json, Body.class);
    Step step = step(body.kind);
    if (body.line == null && body.machine == null) {
      throw BODY.bad("name the machine by site, area, line and machine, or the line");
    }
    String order = MEMBERS.name("order", body.order);
    if (step == Step.STARTED) {
      MEMBERS.wanted("order", body.order);
    } else if (body.product != null || body.quantity != null) {
      throw BODY.bad(
          (body.product != null ? "product" : "quantity") + " is no member of " + step.kind());
    }
    return new OrderRequest(
        new Asset(body.site, body.area, body.line, body.machine),
        step,
        body.at == null ? null : MEMBERS.instant("at", body.at),
        order,
        MEMBERS.name("product", body.product),
        quantity(body.quantity),
        MEMBERS.comment(body.comment),
        MEMBERS.who(user, body.who));
  }

  private static Step step(@Nullable String kind) {
    for (Step step : Step.values()) {
      if (step.kind().equals(kind)) {
        return step;
      }
    }
    throw BODY.bad(
        "kind takes "
            + Arrays.stream(Step.values()).map(Step::kind).collect(Collectors.joining(", ")));
  }

  private static double quantity(@Nullable Double quantity) {
    if (quantity == null) {
      return Double.NaN;
    }
    if (!(quantity > 0 && quantity <= OrderEvent.MOST_QUANTITY)) {
      throw BODY.bad("quantity takes a number of pieces above 0 and at most 1000000000");
    }
    return quantity;
  }

  /** The entry of the log, still without an id. */
  OrderEvent entry(Origin origin) {
    long instant = at == null ? origin.timeNs() : at;
    return new OrderEvent(0, asset, instant, step, order, product, quantity, comment, origin);
  }
}
