package io.weir.gateway.sink.embedded;

import io.weir.gateway.log.Time;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.SinkCommon;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The embedded store on a disk that becomes full while it is written to, and that has room again
 * some seconds later. Each run is a process of its own, with the store's beside it, on a small disk
 * of its own. In some of the runs the store has no reserve, so that QuestDB itself meets the full
 * disk. Fails where that process ends, where rows that were called stored are not there in the end,
 * or where the store does not take rows again. That the store's process ends is counted, and is no
 * failure.
 */
public final class FullDiskSoak {

  private static final int LINES = 500;

  /** The exit code of a run that did not fail, but in which the store's process ended. */
  private static final int STORE_ENDED = 10;

  private static final long END_NS = TimeUnit.SECONDS.toNanos(8);

  /** How a disk becomes full, and with which reserve of the store, in bytes. */
  private record Kind(DiskFiller filler, long reserve) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(DiskFiller.ANOTHER_PROGRAM, EmbeddedConfig.DEFAULT_RESERVE),
          new Kind(DiskFiller.ANOTHER_PROGRAM, 0),
          new Kind(DiskFiller.THE_STORE, EmbeddedConfig.DEFAULT_RESERVE),
          new Kind(DiskFiller.THE_STORE, 0),
          new Kind(DiskFiller.A_RACE, EmbeddedConfig.DEFAULT_RESERVE),
          new Kind(DiskFiller.SAW, 0));

  private FullDiskSoak() {}

  /** The number of runs and the file systems; or, for one of the runs, its folder and seed. */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("run")) {
      int seed = Integer.parseInt(args[2]);
      Runtime.getRuntime().halt(new Run(Path.of(args[1]), kind(seed)).play(new Random(seed)));
    }
    int failed = 0;
    for (int i = 1; i < args.length; i++) {
      failed += runs(args[i], Integer.parseInt(args[0]));
    }
    System.exit(failed == 0 ? 0 : 1);
  }

  private static Kind kind(int seed) {
    return KINDS.get(seed % KINDS.size());
  }

  private static int runs(String fileSystem, int runs) throws IOException, InterruptedException {
    int failed = 0;
    int restarted = 0;
    for (int seed = 1; seed <= runs; seed++) {
      int code = run(fileSystem, seed);
      System.out.printf(
          "%s, seed %d, %s, reserve %d MiB: exit code %d%n",
          fileSystem, seed, kind(seed).filler(), kind(seed).reserve() >> 20, code);
      failed += code == 0 || code == STORE_ENDED ? 0 : 1;
      restarted += code == STORE_ENDED ? 1 : 0;
    }
    System.out.printf(
        "full disk, %s: %d runs, %d failed, in %d the store's process ended%n",
        fileSystem, runs, failed, restarted);
    return failed;
  }

  private static int run(String fileSystem, int seed) throws IOException, InterruptedException {
    try (SmallDisk disk = SmallDisk.mount(fileSystem)) {
      return SmallDisk.execute(
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx160m",
              "-cp",
              System.getProperty("java.class.path"),
              FullDiskSoak.class.getName(),
              "run",
              disk.folder().toString(),
              Integer.toString(seed)));
    }
  }

  private static final class Run {

    private static final String[] TABLES = {"m0", "m1", "m2"};

    private final Path disk;
    private final Kind kind;
    private final WatchedStore store;
    private final EmbeddedSink sink;
    private final Set<Long> processes = new HashSet<>();
    private long stored;
    private int down;

    Run(Path disk, Kind kind) {
      this.disk = disk;
      this.kind = kind;
      EmbeddedConfig usual = EmbeddedConfig.DEFAULT;
      EmbeddedConfig config =
          new EmbeddedConfig(
              new SinkCommon("local", usual.batch(), usual.start(), 0, usual.replay()),
              usual.port(),
              0,
              null,
              kind.reserve());
      Path root = disk.resolve("store");
      store =
          WatchedStore.start(StoreSettings.of(config, root), Time.SYSTEM, Duration.ofMinutes(1));
      sink = EmbeddedSink.on(store, config, () -> root.toFile().getUsableSpace(), Time.SYSTEM);
    }

    int play(Random random) throws InterruptedException {
      long startNs = System.nanoTime();
      long seed = random.nextLong();
      Thread filling = new Thread(() -> fill(new Random(seed)), "filler");
      filling.start();
      while (System.nanoTime() - startNs < END_NS || filling.isAlive()) {
        write(random);
      }
      boolean takes = takesAgain(random);
      long found = found();
      System.out.printf(
          "%d rows stored, %d found, %d writes put off, %d processes, fault '%s'%n",
          stored, found, down, processes.size(), sink.fault());
      sink.close();
      return found != stored || !takes ? 1 : processes.size() > 1 ? STORE_ENDED : 0;
    }

    /** Whether it takes rows within two minutes, now that there is room. */
    private boolean takesAgain(Random random) throws InterruptedException {
      long before = stored;
      for (int i = 0; i < 1200 && stored == before; i++) {
        write(random);
      }
      return stored > before;
    }

    private void fill(Random random) {
      try {
        kind.filler().fill(disk, kind.reserve(), random);
      } catch (IOException e) {
        throw new IllegalStateException("the disk cannot be filled", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Some lines are older than others, for which QuestDB writes whole partitions again. */
    private void write(Random random) throws InterruptedException {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < LINES; i++) {
        long point = stored + i;
        long at = 1_700_000_000_000L + point - 86_400_000L * Math.max(0, random.nextInt(8) - 5);
        lines.add(
            "%s,machine=a%d t=%d.5,n=%di,s=\"%x\",point=%di %d000000"
                .formatted(
                    TABLES[random.nextInt(3)], random.nextInt(9), point, point, point, point, at));
      }
      Long process = store.pid();
      if (process != null) {
        processes.add(process);
      }
      if (sink.write(lines) instanceof Answer.Stored) {
        stored += LINES;
      } else {
        down++;
        Thread.sleep(100);
      }
    }

    /** Rows of all tables, waited for while they become more. */
    private long found() throws InterruptedException {
      long found = 0;
      for (int i = 0; i < 120 && found != stored; i++) {
        Thread.sleep(500);
        sink.fault(); // which resumes
        found = 0;
        for (String table : TABLES) {
          found += rows(table);
        }
      }
      return found;
    }

    /** None where there is no such table, or where the store does not run. */
    private long rows(String table) {
      if (!sink.fault().isEmpty()) {
        return 0;
      }
      String sql = "SELECT count() FROM " + table;
      return StoreSql.read(StoreSql.ask(sink.inside(), sql)).at("/dataset/0/0").asLong();
    }
  }
}
