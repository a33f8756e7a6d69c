package io.weir.gateway.sink.embedded;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** How the disk becomes full under the store. Has room again when it has ended. */
enum DiskFiller {

  /** Another program writes until nothing more fits, and takes at once what becomes free. */
  ANOTHER_PROGRAM,

  /** Little is left from the start, and the store itself writes it full. */
  THE_STORE,

  /** More than the reserve is free; then another program takes all of it in one step. */
  A_RACE,

  /** Full, a little room, full again, many times in a second. */
  SAW;

  private static final long UNTIL_NS = TimeUnit.SECONDS.toNanos(6);
  private static final long LITTLE = 24L << 20;

  /**
   * Runs to its end.
   *
   * @param reserve of the store, in bytes
   */
  void fill(Path disk, long reserve, Random random) throws IOException, InterruptedException {
    File file = disk.resolve("filler").toFile();
    try (FileOutputStream filler = new FileOutputStream(file)) {
      long start = System.nanoTime();
      if (this == THE_STORE || this == A_RACE) {
        takeAllBut(reserve + LITTLE, file);
      }
      Thread.sleep(random.nextInt(2_000));
      if (this == A_RACE) {
        takeAllBut(0, file);
      }
      while (System.nanoTime() - start < UNTIL_NS) {
        if (this != THE_STORE) {
          writeUntilFull(filler);
        }
        Thread.sleep(2);
        if (this == SAW && random.nextInt(20) == 0) {
          long length = file.length();
          filler.getChannel().truncate(Math.max(0, length - random.nextInt(12 << 20)));
          Thread.sleep(random.nextInt(300));
        }
      }
      filler.getChannel().truncate(0);
    }
  }

  private static void takeAllBut(long rest, File file) throws IOException, InterruptedException {
    long more = file.getUsableSpace() - rest;
    if (more > 0) {
      String length = Long.toString(file.length() + more);
      int code = SmallDisk.execute(List.of("fallocate", "-l", length, file.toString()));
      if (code != 0) {
        System.out.println("fallocate of " + length + " bytes ended with " + code);
      }
    }
  }

  private static void writeUntilFull(FileOutputStream filler) throws IOException {
    filler.getChannel().position(filler.getChannel().size());
    byte[] block = new byte[64 << 10];
    try {
      while (true) {
        filler.write(block);
      }
    } catch (IOException full) {
      filler.getChannel().position(filler.getChannel().size());
    }
    try {
      while (true) {
        filler.write(block, 0, 4096);
      }
    } catch (IOException full) { // to the last block
      return;
    }
  }
}
