package io.weir.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One file, folder or link that a package of the system installs.
 *
 * @param path on the system, without the first slash
 * @param mode permissions, such as {@code 0640}
 * @param group who may read it beside root
 * @param configuration whether an upgrade keeps what the administrator changed
 */
record Installed(String path, Content content, int mode, String group, boolean configuration) {

  /** What lies at the path. */
  sealed interface Content {}

  /** A file with this text. */
  record Text(String text) implements Content {}

  /** A file with the bytes of that one. */
  record Copy(Path file) implements Content {}

  /** A symbolic link. */
  record Link(String target) implements Content {}

  /** A folder that belongs to the package. */
  record Folder() implements Content {}

  static Installed file(String path, String text, int mode) {
    return new Installed(path, new Text(text), mode, "root", false);
  }

  static Installed link(String path, String target) {
    return new Installed(path, new Link(target), 0777, "root", false);
  }

  static Installed folder(String path, int mode) {
    return new Installed(path, new Folder(), mode, "root", false);
  }

  /** A folder with all in it, with the permissions of the archives. */
  static List<Installed> tree(Path from, String to) throws IOException {
    List<Installed> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : files.toList()) {
        String name = from.relativize(each).toString().replace('\\', '/');
        String path = name.isEmpty() ? to : to + "/" + name;
        Content content = Files.isDirectory(each) ? new Folder() : new Copy(each);
        int mode = Files.isDirectory(each) || path.contains("/bin/") ? 0755 : 0644;
        all.add(new Installed(path, content, mode, "root", false));
      }
    }
    return all;
  }

  /** The same for a group. */
  Installed of(String ofGroup) {
    return new Installed(path, content, mode, ofGroup, configuration);
  }

  boolean isFile() {
    return content instanceof Text || content instanceof Copy;
  }

  /** The bytes of a file, none of anything else. */
  byte[] bytes() throws IOException {
    if (content instanceof Text given) {
      return given.text().getBytes(StandardCharsets.UTF_8);
    }
    return content instanceof Copy copy ? Files.readAllBytes(copy.file()) : new byte[0];
  }

  /** By path, so that each folder comes before what is in it. */
  static List<Installed> sorted(List<Installed> all) {
    Set<String> paths = new HashSet<>();
    for (Installed each : all) {
      if (!paths.add(each.path())) {
        throw new IllegalStateException("twice in one package: " + each.path());
      }
    }
    return all.stream().sorted(Comparator.comparing(Installed::path)).toList();
  }
}
