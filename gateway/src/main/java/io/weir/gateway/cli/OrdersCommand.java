package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts, pauses and finishes orders in a gateway that runs. */
@Command(
    name = "orders",
    description = "Start, pause and finish the orders that machines make; list what runs.",
    footer = {
      "",
      "  weir orders start --config F 4711 --asset plant-a/press-shop/line-1/press-02 --who anna",
      "  weir orders finish --config F --asset plant-a/press-shop/line-1/press-02 --who anna",
      "  weir orders list --config F"
    })
final class OrdersCommand extends CommandGroup {

  private static final String PATH = "/api/v1/orders";
  private static final int LEVELS_OF_A_LINE = 3;

  /** With its commands. */
  static CommandLine line(Terminal terminal) {
    return new CommandLine(new OrdersCommand())
        .addSubcommand(new Start(terminal))
        .addSubcommand(new Pause(terminal))
        .addSubcommand(new Finish(terminal))
        .addSubcommand(new UndoOfOrder(terminal))
        .addSubcommand(new ListOrders(terminal));
  }

  private static String place(JsonNode of) {
    return new Asset(level(of, "site"), level(of, "area"), level(of, "line"), level(of, "machine"))
        .place();
  }

  private static String level(JsonNode of, String name) {
    return of.path(name).asText();
  }

  /** What is said of an order. */
  abstract static class Saying extends AskingCommand {

    private final String kind;

    @Option(
        names = "--asset",
        required = true,
        paramLabel = "PATH",
        description = {
          "The machine, as site/area/line/machine, or a line, as site/area/line: then all its"
              + " machines."
        })
    private String asset = "";

    @Option(
        names = "--at",
        paramLabel = "TIME",
        description = "When, such as 2026-03-02T06:00:00Z. Default: now.")
    private @Nullable String at;

    @Option(
        names = "--who",
        required = true,
        paramLabel = "NAME",
        description = "Your name, which is kept with the record.")
    private String who = "";

    @Option(names = "--comment", paramLabel = "TEXT", description = "Why.")
    private @Nullable String comment;

    Saying(Terminal terminal, String kind) {
      super(terminal);
      this.kind = kind;
    }

    /** Adds what only this command says. */
    abstract void add(ObjectNode body);

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      ObjectNode body = new ObjectMapper().createObjectNode().put("kind", kind).put("who", who);
      List<String> levels = Asset.levelsOf(asset);
      if (levels.size() < LEVELS_OF_A_LINE) {
        throw new InputException(
            "--asset takes site/area/line/machine, or site/area/line, not '" + asset + "'");
      }
      String[] names = {"site", "area", "line", "machine"};
      for (int i = 0; i < levels.size(); i++) {
        body.put(names[i], levels.get(i));
      }
      if (at != null) {
        body.put("at", at);
      }
      if (comment != null) {
        body.put("comment", comment);
      }
      add(body);
      JsonNode kept = gateway().post(PATH, body.toString());
      terminal
          .out()
          .printf(
              "%s %s of %s at %s is kept as event %d%n",
              kept.path("kind").asText(),
              kept.path("order").asText(),
              place(kept),
              kept.path("at").asText(),
              kept.path("id").asLong());
      return Program.DONE;
    }
  }

  /** Starts one. */
  @Command(
      name = "start",
      description = "Say that a machine makes an order from now on, for the first time or again.",
      footer = {
        "",
        "  weir orders start --config F 4711 --asset plant-a/press-shop/line-1/press-02 \\",
        "    --product lid --quantity 6000 --who anna"
      })
  static final class Start extends Saying {

    @Parameters(paramLabel = "ORDER", description = "The id of the order.")
    private String order = "";

    @Option(names = "--product", paramLabel = "NAME", description = "What is made.")
    private @Nullable String product;

    @Option(names = "--quantity", paramLabel = "N", description = "The pieces that are planned.")
    private @Nullable Double quantity;

    Start(Terminal terminal) {
      super(terminal, "order-started");
    }

    @Override
    void add(ObjectNode body) {
      body.put("order", order);
      if (product != null) {
        body.put("product", product);
      }
      if (quantity != null) {
        body.put("quantity", quantity);
      }
    }
  }

  /** What is said of the order that is made. */
  abstract static class OfTheOrderMade extends Saying {

    @Parameters(
        arity = "0..1",
        paramLabel = "ORDER",
        description = "The id of the order. Default: the one that is made.")
    private @Nullable String order;

    OfTheOrderMade(Terminal terminal, String kind) {
      super(terminal, kind);
    }

    @Override
    void add(ObjectNode body) {
      if (order != null) {
        body.put("order", order);
      }
    }
  }

  /** Pauses one. */
  @Command(
      name = "pause",
      description = "Say that a machine makes no order now, and will go on with this one.",
      footer = {"", "  weir orders pause --config F --asset plant-a/hall-1/line-1/m-2 --who anna"})
  static final class Pause extends OfTheOrderMade {

    Pause(Terminal terminal) {
      super(terminal, "order-paused");
    }
  }

  /** Finishes one. */
  @Command(
      name = "finish",
      description = "Say that an order is done, and that the machine makes none.",
      footer = {"", "  weir orders finish --config F --asset plant-a/hall-1/line-1/m-2 --who anna"})
  static final class Finish extends OfTheOrderMade {

    Finish(Terminal terminal) {
      super(terminal, "order-finished");
    }
  }

  /** Takes back what was said last. */
  @Command(
      name = "undo",
      description = {
        "Take back what was said last of the orders of a machine or a line: the figures are then as"
            + " if it had never been said. Both records stay."
      },
      footer = {"", "  weir orders undo --config F 17 --who anna"})
  static final class UndoOfOrder extends AskingCommand {

    @Parameters(paramLabel = "EVENT", description = "The number of the event, from start or list.")
    private long event;

    @Mixin private final UndoOptions undo = new UndoOptions();

    UndoOfOrder(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      long kept = undo.ask(gateway(), PATH, event);
      terminal.out().printf("event %d is undone by record %d%n", event, kept);
      return Program.DONE;
    }
  }

  /** Lists what runs. */
  @Command(
      name = "list",
      description = {
        "List the orders that machines make now, those that are paused, and those that are planned."
      },
      footer = {"", "  weir orders list --config F"})
  static final class ListOrders extends AskingCommand {

    private static final Map<String, String> WORDS =
        Map.of("since", "  since ", "plannedStart", "  from ", "plannedEnd", " to ");

    ListOrders(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      JsonNode orders = gateway().get(PATH).path("orders");
      for (JsonNode order : orders) {
        terminal
            .out()
            .printf(
                "%s  %s  %s%s%s%s%n",
                place(order),
                order.path("state").asText(),
                order.path("order").asText(),
                times(order),
                made(order),
                order.hasNonNull("event") ? ", event " + order.at("/event/id").asLong() : "");
      }
      if (orders.isEmpty()) {
        terminal.err().println("No machine makes an order, and none is planned.");
      }
      return Program.DONE;
    }

    /** Since when it is made, or from when to when it is planned. */
    private static String times(JsonNode order) {
      return Stream.of("since", "plannedStart", "plannedEnd")
          .filter(order::has)
          .map(time -> WORDS.get(time) + order.path(time).asText())
          .collect(Collectors.joining());
    }

    private static String made(JsonNode order) {
      String product = order.has("product") ? ", " + order.path("product").asText() : "";
      String pieces =
          Stream.of("total", "quantity")
              .filter(order::has)
              .map(name -> plain(order.path(name).asDouble()))
              .collect(Collectors.joining(" of "));
      return product + (pieces.isEmpty() ? "" : ", " + pieces + " pieces");
    }

    private static String plain(double pieces) {
      return BigDecimal.valueOf(pieces).stripTrailingZeros().toPlainString();
    }
  }
}
