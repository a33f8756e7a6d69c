package io.weir.gateway.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A bundle whose files lie in the data directory.
 *
 * @param version of the bundle
 * @param digest tells it from every other bundle
 * @param main the name of the file that replaces the main file
 */
public record Installed(long version, String digest, String main) {

  /** The folder in the data directory of all that is kept of bundles. */
  public static final String FOLDER = "fleet";

  static final String STATE = "state";
  private static final int MOST_STATE_BYTES = 1 << 20;

  /** Its folder in {@link #FOLDER}. */
  String folder() {
    return version + "-" + digest;
  }

  /** The file that replaces the main file. */
  public Path mainFile(Path dataDirectory) {
    return dataDirectory.resolve(FOLDER).resolve(folder()).resolve(main);
  }

  String line() {
    return version + " " + digest + " " + main;
  }

  /**
   * @throws IllegalArgumentException if it is not what {@link #line} gives
   */
  static @Nullable Installed parse(String line) {
    if (line.isEmpty()) {
      return null;
    }
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !parts[1].matches("[0-9a-f]{16}") || !Bundle.isName(parts[2])) {
      throw new IllegalArgumentException("'" + line + "' names no bundle");
    }
    return new Installed(Long.parseLong(parts[0]), parts[1], parts[2]);
  }

  /**
   * The bundle in use in a data directory, read without a lock; {@code null} where there is none,
   * and where the file that names it is damaged: then the main file holds.
   */
  public static @Nullable Installed inUse(Path dataDirectory) {
    Path state = dataDirectory.resolve(FOLDER).resolve(STATE);
    if (!Files.isExecutable(dataDirectory) || !Files.exists(state)) {
      return null;
    }
    try {
      return Files.size(state) > MOST_STATE_BYTES
          ? null
          : FollowState.decode(Files.readAllBytes(state)).running();
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return null; // damaged: the gateway says so when it opens the folder
    } catch (IOException e) {
      return null; // this user may not read it, and sees the main file alone
    }
  }
}
