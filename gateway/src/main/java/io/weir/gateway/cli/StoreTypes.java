package io.weir.gateway.cli;

import io.weir.gateway.config.Secret;
import io.weir.gateway.model.Pointer;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.RouteConfig.Unlisted;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.plugin.Kinds;
import io.weir.gateway.sink.HeldField;
import io.weir.gateway.sink.HeldFields;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.SinkFactory;
import io.weir.gateway.sink.thin.ThinRule;
import io.weir.gateway.sink.thin.ThinnedField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares the types of the fields that a store holds with those that the routes give them. A field
 * that the store holds with another type would be set aside, reading by reading.
 */
final class StoreTypes {

  private StoreTypes() {}

  /**
   * What the store of a sink holds; a note for one that cannot be asked.
   *
   * @param token {@code http.token}, which a store inside the gateway asks for
   * @throws IOException if the store does not answer, or does not say it
   */
  static HeldFields held(SinkConfig sink, @Nullable Secret token) throws IOException {
    Kinds<SinkFactory<?>> kinds = Kinds.installed(SinkFactory.class);
    SinkFactory<?> factory = kinds.get(sink.type());
    return factory == null
        ? HeldFields.notCompared("of an unknown kind")
        : held(factory, sink, token);
  }

  private static <C extends SinkConfig> HeldFields held(
      SinkFactory<C> factory, SinkConfig sink, @Nullable Secret token) throws IOException {
    return factory.held(factory.configType().cast(sink), token);
  }

  /**
   * A sentence for each field that the store holds with another type.
   *
   * @param thin the rules of the sink, which make fields of their own
   */
  static List<String> conflicts(
      List<RouteConfig> routes, List<Types.Pin> pins, List<ThinRule> thin, List<HeldField> held) {
    Map<String, Set<Value.Type>> types = new LinkedHashMap<>();
    Map<String, HeldField> fields = new LinkedHashMap<>();
    for (HeldField each : held) { // a store may hold several types of one field, in parts of time
      String key = each.measurement() + '\n' + each.field();
      types.computeIfAbsent(key, unused -> new TreeSet<>()).add(each.type());
      fields.putIfAbsent(key, each);
    }
    List<String> conflicts = new ArrayList<>();
    fields.forEach(
        (key, field) -> {
          Set<Value.Type> holds = types.getOrDefault(key, Set.of());
          Value.Type sent = sent(routes, pins, thin, field);
          if (sent != null && !holds.contains(sent)) {
            conflicts.add(
                ("field '%s' of %s: the store holds it as %s, the readings are sent as %s and would"
                        + " be set aside; give the metric 'type: %s' in its route")
                    .formatted(
                        field.field(),
                        field.measurement(),
                        word(field.type()),
                        word(sent),
                        word(field.type())));
          }
        });
    return conflicts;
  }

  /** The type that readings of a field have: as pinned, else as declared, else that of numbers. */
  private static Value.@Nullable Type sent(
      List<RouteConfig> routes, List<Types.Pin> pins, List<ThinRule> thin, HeldField field) {
    for (Types.Pin pin : pins) {
      if (pin.measurement().equals(field.measurement()) && pin.field().equals(field.field())) {
        return pin.type();
      }
    }
    boolean mayBeSent = false;
    for (RouteConfig route : routes) {
      if (!route.measurement().equals(field.measurement())) {
        continue;
      }
      mayBeSent |= route.unlisted() == Unlisted.KEEP;
      for (RouteConfig.Metric metric : route.metrics()) {
        if (name(metric).equals(field.field())) {
          mayBeSent = true;
          if (metric.type() != null) {
            return metric.type();
          }
        }
      }
    }
    if (!mayBeSent || field.type() != Value.Type.INTEGER) {
      return null;
    }
    ThinnedField made = ThinnedField.of(thin, field.measurement(), field.field());
    if (made == null) {
      // What is not declared has the type that the payload gives it, and numbers are floats.
      return Value.Type.FLOAT;
    }
    HeldField metric = new HeldField(field.measurement(), made.metric(), field.type());
    return made.counts() ? null : sent(routes, pins, List.of(), metric);
  }

  private static String name(RouteConfig.Metric metric) {
    String to = metric.to();
    return to == null ? Pointer.toName(metric.from()) : to;
  }

  private static String word(Value.Type type) {
    return type.name().toLowerCase(Locale.ROOT);
  }
}
