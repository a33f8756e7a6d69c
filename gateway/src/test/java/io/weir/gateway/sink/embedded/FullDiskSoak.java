package io.weir.gateway.sink.embedded;

import io.weir.gateway.log.Time;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.SinkConfig;
import io.weir.peers.Ports;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The embedded store on a disk that another program fills to the last byte while it is written to,
 * and that has room again some seconds later. Each run is a process of its own on a small tmpfs,
 * which only root can mount. In half of the runs the store has no reserve, so that QuestDB itself
 * meets the full disk. Fails where a process ends, or where rows that were called stored are not
 * there in the end.
 */
public final class FullDiskSoak {

  private static final int SIZE_MIB = 500;
  private static final int LINES = 500;
  private static final long FULL_UNTIL_NS = TimeUnit.SECONDS.toNanos(7);
  private static final long END_NS = TimeUnit.SECONDS.toNanos(12);

  private FullDiskSoak() {}

  /** The number of runs; or, for one of them, folder, reserve in bytes, and seed. */
  public static void main(String[] args) throws Exception {
    if (args.length == 3) {
      boolean whole = new Run(Path.of(args[0]), Long.parseLong(args[1])).play(args[2]);
      Runtime.getRuntime().halt(whole ? 0 : 1);
    }
    int failed = 0;
    int runs = Integer.parseInt(args[0]);
    for (int seed = 1; seed <= runs; seed++) {
      failed += run(seed) == 0 ? 0 : 1;
    }
    System.out.printf("full disk: %d runs, %d failed%n", runs, failed);
    System.exit(failed == 0 ? 0 : 1);
  }

  private static int run(int seed) throws IOException, InterruptedException {
    Path disk = Files.createTempDirectory("full-disk");
    String options = "size=" + SIZE_MIB + "m";
    if (execute("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString()) != 0) {
      throw new IOException("a tmpfs cannot be mounted; run this as root");
    }
    try {
      long reserve = seed % 2 == 0 ? 0 : EmbeddedConfig.DEFAULT_RESERVE;
      int code =
          execute(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx160m",
              "-cp",
              System.getProperty("java.class.path"),
              FullDiskSoak.class.getName(),
              disk.toString(),
              Long.toString(reserve),
              Integer.toString(seed));
      System.out.printf("seed %d, reserve %d MiB: exit code %d%n", seed, reserve >> 20, code);
      return code;
    } finally {
      execute("umount", "-l", disk.toString());
      Files.delete(disk);
    }
  }

  private static int execute(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static final class Run {

    private static final String[] TABLES = {"m0", "m1", "m2"};

    private final Path disk;
    private final EmbeddedSink sink;
    private long startNs;
    private long stored;
    private int down;

    Run(Path disk, long reserve) {
      this.disk = disk;
      SinkConfig.Batch batch = new SinkConfig.Batch(5_000, 4 << 20, Duration.ofMillis(200), false);
      EmbeddedConfig config =
          new EmbeddedConfig(
              "local",
              Ports.free(),
              0,
              null,
              reserve,
              batch,
              SinkConfig.Start.OLDEST,
              0,
              SinkConfig.Replay.DEFAULT);
      sink = EmbeddedSink.start(config, disk.resolve("store"), Time.SYSTEM);
    }

    boolean play(String seed) throws IOException, InterruptedException {
      Random random = new Random(Long.parseLong(seed));
      startNs = System.nanoTime();
      try (FileOutputStream filler = new FileOutputStream(disk.resolve("filler").toFile())) {
        Thread filling = new Thread(() -> fill(filler, random.nextInt(3_000)), "filler");
        filling.start();
        while (System.nanoTime() - startNs < END_NS) {
          write(random);
          if (!filling.isAlive()) {
            filler.getChannel().truncate(0);
          }
        }
      }
      long found = found();
      System.out.printf(
          "seed %s: %d rows stored, %d found, %d writes put off, fault '%s'%n",
          seed, stored, found, down, sink.fault());
      return found == stored;
    }

    private void fill(FileOutputStream filler, long pauseMs) {
      byte[] block = new byte[64 << 10];
      try {
        Thread.sleep(pauseMs);
        while (System.nanoTime() - startNs < FULL_UNTIL_NS) {
          try {
            filler.write(block);
          } catch (IOException full) {
            Thread.sleep(2); // and takes what becomes free
          }
        }
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
      if (sink.write(lines) instanceof Answer.Stored) {
        stored += LINES;
      } else {
        down++;
        Thread.sleep(50);
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
          String sql = "SELECT count() FROM tables() WHERE table_name = '" + table + "'";
          boolean exists = StoreSql.rows(sink.inside(), sql).at("/0/0").asLong() > 0;
          sql = "SELECT count() FROM " + table;
          found += exists ? StoreSql.rows(sink.inside(), sql).at("/0/0").asLong() : 0;
        }
      }
      return found;
    }
  }
}
