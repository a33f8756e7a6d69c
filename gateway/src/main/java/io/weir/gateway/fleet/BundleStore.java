package io.weir.gateway.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.FileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The bundles in the data directory, and which of them is in use.
 *
 * <pre>
 * fleet/state                     which one is in use, replaced as a whole
 * fleet/12-0f3c….files            the names of the files of version 12, one a line
 * fleet/12-0f3c…/…                these files
 * </pre>
 *
 * <p>The files of a bundle are on stable storage before the state names it. So a gateway that is
 * killed at any instant has all files of the version that it runs. A folder belongs to one content
 * alone, so what an earlier try left there is written over by the same. Owned by one thread.
 */
public final class BundleStore {

  private static final String PART = ".part";
  private static final String NAMES = ".files";
  private static final int MOST_BYTES = 1 << 20;

  /** A bundle that was started so often without settling does not let the gateway live. */
  private static final int MOST_STARTS = 3;

  private final FileSystem files;
  private final Path folder;
  private FollowState state = FollowState.NOTHING;
  private boolean damaged;

  private BundleStore(FileSystem files, Path dataDirectory) {
    this.files = files;
    this.folder = dataDirectory.resolve(Installed.FOLDER);
  }

  /** What lies in a data directory, which need not be there yet. */
  public static BundleStore open(FileSystem files, Path dataDirectory) throws IOException {
    BundleStore store = new BundleStore(files, dataDirectory);
    byte[] bytes = store.bytes(store.folder.resolve(Installed.STATE));
    if (bytes != null) {
      try {
        store.state = FollowState.decode(bytes);
      } catch (IllegalArgumentException e) {
        store.damaged = true;
        store.state = store.afterDamage();
      }
    }
    return store;
  }

  /** The main file holds; but the folders still say which versions were there before. */
  private FollowState afterDamage() throws IOException {
    long highest = 0;
    for (String name : files.list(folder)) {
      if (name.matches("[1-9][0-9]{0,15}-[0-9a-f]{16}\\.files")) {
        highest = Math.max(highest, Long.parseLong(name.substring(0, name.indexOf('-'))) - 1);
      }
    }
    return new FollowState(null, null, false, false, 0, highest, List.of());
  }

  /** Whether the file that names the bundle in use was damaged. */
  public boolean isDamaged() {
    return damaged;
  }

  FollowState state() {
    return state;
  }

  /** The bundle in use; {@code null} where the main file is. */
  public @Nullable Installed running() {
    return state.running();
  }

  /** Whether the bundle in use may still be taken back. */
  public boolean isTried() {
    return state.trial() || state.restart();
  }

  /**
   * The gateway starts. If it has been started again and again with a bundle that never settled,
   * the one before is in use again.
   *
   * @return why the bundle was taken back, or ""
   */
  public String starting() throws IOException {
    FollowState next = state.started();
    if (next.equals(state)) {
      return "";
    }
    if (next.starts() > MOST_STARTS) {
      String reason = "the gateway was started " + MOST_STARTS + " times with it and never settled";
      goBack(reason);
      return reason;
    }
    replace(next);
    return "";
  }

  /** The bundle before is in use from now on. */
  public void goBack(String reason) throws IOException {
    replace(state.wentBack(reason));
  }

  void settled(boolean needsRestart) throws IOException {
    replace(state.settled(needsRestart));
    prune();
  }

  void stopped() throws IOException {
    if (state.starts() > 0) {
      replace(state.stopped());
    }
  }

  /** Puts the files of a bundle on stable storage; it is not in use by that. */
  Installed stage(Bundle bundle) throws IOException {
    Installed installed = new Installed(bundle.version(), bundle.digest(), bundle.main());
    Path own = folder.resolve(installed.folder());
    files.createDirectories(own);
    // First, so that what a crash leaves is found and removed.
    write(folder.resolve(installed.folder() + NAMES), lines(bundle.files().keySet()));
    Set<Path> folders = new TreeSet<>(Set.of(folder, own));
    for (Map.Entry<String, byte[]> file : bundle.files().entrySet()) {
      Path path = own.resolve(file.getKey());
      for (Path up = parent(path); !up.equals(folder); up = parent(up)) {
        folders.add(up);
      }
      files.createDirectories(parent(path));
      write(path, file.getValue());
    }
    for (Path each : folders) {
      files.forceDirectory(each);
    }
    files.checkPlace();
    return installed;
  }

  /** The bundle is in use from now on. */
  void take(Installed installed) throws IOException {
    replace(state.taken(installed));
  }

  private void replace(FollowState next) throws IOException {
    files.createDirectories(folder);
    Path path = folder.resolve(Installed.STATE);
    Path part = folder.resolve(Installed.STATE + PART);
    write(part, next.encode());
    files.rename(part, path);
    files.forceDirectory(folder);
    files.checkPlace();
    state = next;
    damaged = false;
  }

  /** Removes what is neither in use nor to go back to. */
  private void prune() throws IOException {
    Set<String> kept = new TreeSet<>();
    for (Installed each : new @Nullable Installed[] {state.running(), state.back()}) {
      if (each != null) {
        kept.add(each.folder());
      }
    }
    for (String name : files.list(folder)) {
      String of = name.endsWith(NAMES) ? name.substring(0, name.length() - NAMES.length()) : name;
      if (name.endsWith(NAMES) && !kept.contains(of)) {
        remove(of);
      }
    }
    files.forceDirectory(folder);
  }

  private void remove(String bundle) throws IOException {
    Path own = folder.resolve(bundle);
    Path names = folder.resolve(bundle + NAMES);
    byte[] lines = bytes(names);
    TreeSet<Path> folders = new TreeSet<>(Set.of(own));
    for (String name :
        lines == null ? List.<String>of() : new String(lines, UTF_8).lines().toList()) {
      if (Bundle.isName(name)) {
        Path path = own.resolve(name);
        files.delete(path);
        for (Path up = parent(path); !up.equals(folder); up = parent(up)) {
          folders.add(up);
        }
      }
    }
    for (Path each : folders.descendingSet()) {
      if (files.list(each).isEmpty()) {
        files.delete(each);
      }
    }
    files.delete(names); // last, so that a crash leaves nothing that is not found again
  }

  private static byte[] lines(Set<String> names) {
    return String.join("\n", names).getBytes(UTF_8);
  }

  private static Path parent(Path path) {
    return Objects.requireNonNull(path.getParent());
  }

  private void write(Path path, byte[] bytes) throws IOException {
    try (FileSystem.Handle out = files.open(path, FileSystem.Mode.WRITE)) {
      out.truncate(0); // what a crash may have left
      out.write(ByteBuffer.wrap(bytes), 0);
      out.force();
    }
  }

  private byte @Nullable [] bytes(Path file) throws IOException {
    try (FileSystem.Handle in = files.open(file, FileSystem.Mode.READ)) {
      ByteBuffer all = ByteBuffer.allocate((int) Math.min(files.size(file), MOST_BYTES));
      byte[] bytes = new byte[in.read(all, 0)];
      all.flip().get(bytes);
      return bytes;
    } catch (NoSuchFileException absent) {
      return null;
    }
  }
}
