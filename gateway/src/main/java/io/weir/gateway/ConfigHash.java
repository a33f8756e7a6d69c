package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.settings.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeSet;

/**
 * What tells the configuration of a gateway from another one: a hash of the contents of all its
 * files, and of the settings laid over them. Names of folders are no part of it, so that gateways
 * with the same files have the same hash. For any thread.
 */
final class ConfigHash {

  private static final int BYTES = 6;

  private final ConfigFile file;
  private volatile String text = "";

  ConfigHash(ConfigFile file) {
    this.file = file;
    look();
  }

  /** Takes what the files hold now, which the gateway has just read. */
  void look() {
    MessageDigest hash = sha256();
    for (Path each : new TreeSet<>(file.files())) {
      hash.update(String.valueOf(each.getFileName()).getBytes(UTF_8));
      try {
        byte[] bytes = Files.readAllBytes(each);
        hash.update((" " + bytes.length + "\n").getBytes(UTF_8));
        hash.update(bytes);
      } catch (IOException e) {
        hash.update(" -\n".getBytes(UTF_8)); // such as a site.yaml that is not there
      }
    }
    file.settings().forEach(each -> hash.update((each + "\n").getBytes(UTF_8)));
    text = HexFormat.of().formatHex(hash.digest(), 0, BYTES);
  }

  /** Hexadecimal. */
  String text() {
    return text;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
