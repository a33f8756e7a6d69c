package io.weir.gateway.plugin;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The jars in the folder {@code plugins} beside {@code lib} of the program, each with a class
 * loader of its own below the program's. Opened once for each process and never closed.
 */
public final class Plugins {

  /** Version of the interfaces that plugins are compiled against. */
  public static final int API = 1;

  /** The attribute of a jar's manifest that says for which version it is. */
  public static final String API_ATTRIBUTE = "Weir-Plugin-Api";

  /** The system property that names the folder with {@code bin} and {@code lib}. */
  public static final String HOME = "weir.home";

  private static @Nullable List<Jar> opened;

  private Plugins() {}

  record Jar(Path file, ClassLoader loader) {}

  /** The jars of this process. */
  static synchronized List<Jar> opened() {
    List<Jar> known = opened;
    if (known == null) {
      String home = System.getProperty(HOME);
      known = home == null ? List.of() : open(Path.of(home, "plugins"));
      opened = known;
    }
    return known;
  }

  /**
   * Makes all kinds of these services, so that a plugin that cannot be used is found at the start.
   *
   * @throws PluginException naming the jar
   */
  public static void check(List<Class<?>> services) {
    List<Kinds.Installed> kinds =
        services.stream().flatMap(service -> Kinds.found(service).stream()).toList();
    for (Jar jar : opened()) {
      if (kinds.stream().noneMatch(kind -> kind.origin().equals(jar.file().toString()))) {
        throw new PluginException(
            jar.file()
                + ": holds no source, sink or format; name its factory in META-INF/services, or"
                + " move the jar out of the folder");
      }
    }
  }

  /**
   * Calls a method of a kind, so that a failure names the jar that it comes from.
   *
   * @param doing what the call does, such as {@code reading its configuration}
   * @throws PluginException if the kind is of a jar, and the call throws or returns nothing
   */
  public static <T> T call(Kind<?> kind, String doing, Supplier<T> call) {
    ClassLoader loader = kind.getClass().getClassLoader();
    for (Jar jar : opened()) {
      if (jar.loader() == loader) {
        return call(jar, kind, doing, call);
      }
    }
    return call.get();
  }

  private static <T> T call(Jar jar, Kind<?> kind, String doing, Supplier<T> call) {
    String where = "%s: '%s' failed while %s: ".formatted(jar.file(), kind.name(), doing);
    T result;
    try {
      result = call.get();
    } catch (RuntimeException | LinkageError e) {
      throw new PluginException(where + e, e);
    }
    if (result == null) {
      throw new PluginException(where + "it returned null");
    }
    return result;
  }

  private static List<Jar> open(Path folder) {
    List<Jar> jars = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(file -> file.getFileName().toString().endsWith(".jar"))
            .sorted()
            .forEach(file -> jars.add(openJar(file)));
      } catch (IOException e) {
        throw new PluginException(folder + ": cannot be read: " + e.getMessage(), e);
      }
    }
    return List.copyOf(jars);
  }

  private static Jar openJar(Path file) {
    if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
      throw new PluginException(file + ": cannot be read; make it readable for this user");
    }
    try (JarFile jar = new JarFile(file.toFile())) {
      checkApi(file, jar.getManifest());
    } catch (IOException e) {
      throw new PluginException(
          file + ": is not a jar, or is damaged (" + e.getMessage() + "); copy it again", e);
    }
    try {
      URL url = file.toUri().toURL();
      return new Jar(file, new URLClassLoader(new URL[] {url}, Plugins.class.getClassLoader()));
    } catch (MalformedURLException e) {
      throw new PluginException(file + ": has a path that is not a URL", e);
    }
  }

  private static void checkApi(Path file, @Nullable Manifest manifest) {
    Attributes attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
    String version = attributes.getValue(API_ATTRIBUTE);
    if (version == null) {
      throw new PluginException(
          "%s: its manifest has no %s; add '%s: %d' if it is a plugin"
              .formatted(file, API_ATTRIBUTE, API_ATTRIBUTE, API));
    }
    if (!version.strip().equals(String.valueOf(API))) {
      throw new PluginException(
          "%s: is made for plugin interface %s, and this program has %d; take the jar that fits"
              .formatted(file, version.strip(), API));
    }
  }
}
