package io.weir.gateway.plugin;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of one service by name: those of the program in the order of its services file, then
 * those of the plugins. Fixed for the process, as its class path is.
 */
public final class Kinds<K extends Kind<?>> {

  /** The origin of the built-in kinds. */
  private static final String PROGRAM = "the program";

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Map<Class<?>, List<Installed>> FOUND = new ConcurrentHashMap<>();

  private final Map<String, K> byName = new LinkedHashMap<>();
  private final Map<String, String> origins = new LinkedHashMap<>();

  /** A kind and the jar that it comes from. */
  record Installed(Kind<?> kind, String origin) {}

  private Kinds() {}

  /**
   * The kinds that are installed.
   *
   * @param service the stage's interface, as the services files name it
   * @throws PluginException if a plugin cannot be used
   */
  public static <K extends Kind<?>> Kinds<K> installed(Class<? super K> service) {
    Kinds<K> kinds = new Kinds<>();
    for (Installed each : found(service)) {
      @SuppressWarnings("unchecked") // the service loader has checked it
      K kind = (K) service.cast(each.kind());
      kinds.byName.put(kind.name(), kind);
      kinds.origins.put(kind.name(), each.origin());
    }
    return kinds;
  }

  public @Nullable K get(String name) {
    return byName.get(name);
  }

  /** The names, in order. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  public List<K> all() {
    return List.copyOf(byName.values());
  }

  /** The jar that the kind comes from; for messages. */
  public String origin(String name) {
    return origins.getOrDefault(name, PROGRAM);
  }

  static List<Installed> found(Class<?> service) {
    List<Installed> known = FOUND.get(service);
    if (known == null) {
      known = find(service);
      FOUND.put(service, known);
    }
    return known;
  }

  private static List<Installed> find(Class<?> service) {
    List<Installed> all = new ArrayList<>(load(service, Kinds.class.getClassLoader(), PROGRAM));
    for (Plugins.Jar jar : Plugins.opened()) {
      all.addAll(load(service, jar.loader(), jar.file().toString()));
    }
    Map<String, String> origins = new LinkedHashMap<>();
    for (Installed each : all) {
      String before = origins.putIfAbsent(each.kind().name(), each.origin());
      if (before != null) {
        throw new PluginException(
            "%s: has the %s '%s', which %s has already; remove one of them"
                .formatted(each.origin(), word(service), each.kind().name(), before));
      }
    }
    return List.copyOf(all);
  }

  /** {@code sink} of {@code SinkFactory}. */
  private static String word(Class<?> service) {
    return service.getSimpleName().replace("Factory", "").toLowerCase(java.util.Locale.ROOT);
  }

  private static List<Installed> load(Class<?> service, ClassLoader loader, String origin) {
    List<Installed> loaded = new ArrayList<>();
    try {
      Iterator<? extends ServiceLoader.Provider<?>> providers =
          ServiceLoader.load(service, loader).stream().iterator();
      while (providers.hasNext()) {
        ServiceLoader.Provider<?> provider = providers.next();
        if (provider.type().getClassLoader() == loader) { // not one of the program, seen below it
          loaded.add(installed((Kind<?>) provider.get(), origin));
        }
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new PluginException(
          "%s: a %s of it cannot be loaded: %s%s; take a jar that fits this version, or move it out"
              .formatted(
                  origin, word(service), e.getMessage(), cause == e ? "" : " (" + cause + ")"),
          e);
    }
    return loaded;
  }

  private static Installed installed(Kind<?> kind, String origin) {
    try {
      String name = kind.name();
      if (name == null || !NAME.matcher(name).matches()) {
        throw new PluginException(
            "%s: %s is named '%s'; a name is lower-case letters, digits and dashes, at most 32"
                .formatted(origin, kind.getClass().getName(), name));
      }
      if (kind.summary() == null || kind.configType() == null) {
        throw new PluginException(
            origin + ": " + kind.getClass().getName() + " has no summary or no configType");
      }
    } catch (LinkageError e) {
      throw e;
    } catch (PluginException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new PluginException(
          origin + ": " + kind.getClass().getName() + " failed while it was loaded: " + e, e);
    }
    return new Installed(kind, origin);
  }
}
