package io.weir.gateway.decode;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import io.weir.gateway.config.Nearest;
import io.weir.gateway.config.Quantities;
import io.weir.gateway.config.Section;
import io.weir.gateway.decode.ProtobufOptions.Foreign;
import io.weir.gateway.decode.ProtobufOptions.Names;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.plugin.ReadContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The format {@code protobuf}, and the reader of its keys. */
public final class ProtobufFormat implements FormatFactory<ProtobufOptions> {

  private static final String DESCRIPTOR = "descriptor";
  private static final String MESSAGE = "message";
  private static final int MOST_BYTES = 8 << 20;
  private static final int MOST_LISTED = 20;

  @Override
  public String name() {
    return "protobuf";
  }

  @Override
  public String summary() {
    return "Protocol Buffers, by a descriptor file; each field is a metric";
  }

  @Override
  public Class<ProtobufOptions> configType() {
    return ProtobufOptions.class;
  }

  @Override
  public ProtobufOptions unset() {
    return ProtobufOptions.NONE;
  }

  @Override
  public boolean readsPointers() {
    return true;
  }

  @Override
  public boolean readsText() {
    return false;
  }

  @Override
  public ProtobufOptions read(Section route, ReadContext context) {
    if (!route.has(name())) {
      route.problem(
          name(),
          "is missing; the format protobuf needs a descriptor file and a message type",
          "such as protobuf: { descriptor: plant.desc, message: plant.Telemetry }");
      return ProtobufOptions.NONE;
    }
    Section keys = route.section(name());
    String message = keys.text(MESSAGE, "");
    ByteString file = content(keys);
    if (file != null) {
      check(file, message, keys);
    }
    return new ProtobufOptions(
        file == null ? ByteString.EMPTY : file,
        message,
        keys.flag("delimited", false),
        keys.choice("names", Names.JSON),
        keys.flag("defaults", true),
        keys.choice("unknown", Foreign.REFUSE),
        keys.choice("bytes", Foreign.REFUSE));
  }

  private static @Nullable ByteString content(Section keys) {
    Path file = keys.content(DESCRIPTOR);
    if (file == null || !Files.isReadable(file)) {
      return null;
    }
    try {
      if (Files.size(file) > MOST_BYTES) {
        keys.problem(DESCRIPTOR, "is larger than " + Quantities.show(MOST_BYTES));
        return null;
      }
      return ByteString.copyFrom(Files.readAllBytes(file));
    } catch (IOException e) {
      keys.problem(DESCRIPTOR, "cannot be read: " + e.getMessage());
      return null;
    }
  }

  private static void check(ByteString file, String message, Section keys) {
    try {
      ProtobufTypes types = ProtobufTypes.of(file);
      if (!message.isEmpty() && types.type(message) == null) {
        List<String> names = types.names();
        String all =
            String.join(", ", names.subList(0, Math.min(names.size(), MOST_LISTED)))
                + (names.size() > MOST_LISTED
                    ? " and " + (names.size() - MOST_LISTED) + " more"
                    : "");
        keys.problem(
            MESSAGE,
            "there is no message type '%s' in the descriptor file; it has %s"
                .formatted(message, all),
            near(message, names));
      }
    } catch (ProtobufTypes.Unusable e) {
      keys.problem(DESCRIPTOR, String.valueOf(e.getMessage()), e.hint());
    }
  }

  /** The one of the same name in another package, or that is spelled nearly so. */
  private static @Nullable String near(String message, List<String> names) {
    String plain = message.substring(message.lastIndexOf('.') + 1);
    return names.stream()
        .filter(each -> each.substring(each.lastIndexOf('.') + 1).equals(plain))
        .findFirst()
        .map(each -> "did you mean '" + each + "'?")
        .orElseGet(() -> Nearest.suggest(message, names));
  }

  @Override
  public Decoder decoder(ProtobufOptions options, FormatContext context) {
    ProtobufTypes types;
    try {
      types = options.message().isEmpty() ? null : ProtobufTypes.of(options.descriptor());
    } catch (ProtobufTypes.Unusable e) {
      throw new IllegalStateException("the descriptor file " + e.getMessage(), e);
    }
    Descriptor type = types == null ? null : types.type(options.message());
    if (types == null || type == null) {
      return (payload, out) ->
          out.rejected(
              new Rejected(Reason.MALFORMED, "no route says which message of Protobuf this is"));
    }
    return new TreeDecoder(
        "Protobuf",
        bytes -> new ProtobufTokens(type, types, bytes, options, context.limits()),
        context,
        true,
        true);
  }
}
