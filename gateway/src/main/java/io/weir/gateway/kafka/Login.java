package io.weir.gateway.kafka;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Section;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** User and password for SASL. */
public record Login(Mechanism mechanism, String username, Secret password) {

  /** How a password is shown to a broker. */
  public enum Mechanism {
    PLAIN("plain.Plain"),
    SCRAM_SHA_256("scram.Scram"),
    SCRAM_SHA_512("scram.Scram");

    private final String module;

    Mechanism(String module) {
      this.module = module;
    }

    /** Its registered name. */
    public String word() {
      return name().replace('_', '-');
    }
  }

  /** Reads the keys {@code username}, {@code password} and {@code mechanism}. */
  public static @Nullable Login read(Section section) {
    if (section.has("username") != section.has("password")) {
      String absent = section.has("password") ? "username" : "password";
      section.problem(absent, "is missing; username and password belong together");
    }
    if (!section.has("username")) {
      if (section.has("mechanism")) {
        section.problem(
            "mechanism", "is that of a login, so username and password must be set too");
      }
      return null;
    }
    return new Login(
        section.choice("mechanism", Mechanism.PLAIN),
        section.text("username", ""),
        Objects.requireNonNullElse(section.secret("password"), new Secret("")));
  }

  /** In the words of JAAS, which the clients read. */
  String jaas() {
    return "org.apache.kafka.common.security.%sLoginModule required username=\"%s\" password=\"%s\";"
        .formatted(mechanism.module, quoted(username), quoted(password.value()));
  }

  /** As {@link java.io.StreamTokenizer} reads a text in quotes: a line break would end it. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (c < ' ') {
        quoted.append("\\%03o".formatted((int) c));
      } else {
        quoted.append(c == '\\' || c == '"' ? "\\" : "").append(c);
      }
    }
    return quoted.toString();
  }
}
