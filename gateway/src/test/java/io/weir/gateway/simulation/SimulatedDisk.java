package io.weir.gateway.simulation;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.MemoryDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The gateway's disk: a {@link MemoryDisk} that fails where the scenario says so. */
final class SimulatedDisk {

  private static final Map<String, FaultKind> KINDS =
      Map.of(
          "open", FaultKind.OPEN_FAILS,
          "read", FaultKind.READ_FAILS,
          "write", FaultKind.WRITE_FAILS,
          "force", FaultKind.FORCE_FAILS,
          "truncate", FaultKind.TRUNCATE_FAILS,
          "rename", FaultKind.RENAME_FAILS,
          "delete", FaultKind.DELETE_FAILS,
          "list", FaultKind.LIST_FAILS,
          "forceDirectory", FaultKind.DIRECTORY_FAILS);

  /** Where a fault strikes, by its variant. */
  private static final List<String> PLACES =
      List.of("", "readings", "quarantine", "figures", "cursors", ".seg");

  /** Bytes of a copy of a segment's header, and of both. */
  private static final int HEADER = 4096;

  private static final int HEADERS = 2 * HEADER;

  /** Where a cursor holds something. */
  private static final int CURSOR = 150;

  private static final long BRIEFLY_NS = TimeUnit.SECONDS.toNanos(40);

  /** Reads that succeed after one that failed. */
  private static final int GOOD_READS = 20;

  private final Faults faults;
  private final SimulatedTime time;
  private final Random random;
  private final OneThread thread;
  private final MemoryDisk disk;

  /** Operations until the gateway dies in the middle of one; negative for none. */
  private int untilCrash = -1;

  private Runnable crash = () -> {};

  private boolean starting;
  private long firstFailedRead = Long.MAX_VALUE;
  private int goodReads;

  SimulatedDisk(Scenario scenario, Faults faults, SimulatedTime time, OneThread thread) {
    this.faults = faults;
    this.time = time;
    this.thread = thread;
    this.random = scenario.random("disk faults");
    this.disk = new MemoryDisk(scenario.random("disk"));
    disk.fail(this::strikes);
  }

  FileSystem files() {
    return disk;
  }

  private boolean strikes(String verb, Path file) {
    thread.check();
    if (untilCrash >= 0 && untilCrash-- == 0) {
      crash.run();
      throw new Crash();
    }
    FaultKind kind = KINDS.get(verb);
    Fault fault = kind == null ? null : faults.now(kind);
    if (kind == null
        || fault == null
        || !file.toString().contains(PLACES.get(fault.variant() % PLACES.size()))) {
      return false;
    }
    boolean always = fault.variant() / PLACES.size() % 2 == 0;
    if (kind == FaultKind.READ_FAILS ? readFails(always) : always || random.nextInt(3) == 0) {
      faults.struck(kind);
      return true;
    }
    return false;
  }

  /**
   * A read that fails for long is damage, {@link FaultKind#PAGE_UNREADABLE}. So reads either fail
   * for less than a minute, and not while the gateway starts; or one fails, and the next do not.
   */
  private boolean readFails(boolean always) {
    if (always) {
      firstFailedRead = Math.min(firstFailedRead, time.elapsedNs());
      return !starting && time.elapsedNs() - firstFailedRead < BRIEFLY_NS;
    }
    goodReads--;
    if (goodReads > 0 || random.nextInt(3) != 0) {
      return false;
    }
    goodReads = GOOD_READS;
    return true;
  }

  /** While the gateway starts, it cannot wait for a disk. */
  void starting(boolean now) {
    starting = now;
  }

  /** Damage of what lies on the disk. */
  private void damage() throws IOException {
    for (Fault fault : faults.beginning()) {
      if (fault.kind() == FaultKind.BITS_FLIP || fault.kind() == FaultKind.PAGE_UNREADABLE) {
        damage(fault);
      }
    }
  }

  private static int damaged(Fault fault) {
    return fault.variant() % 3;
  }

  /** Whether a fault destroys what was synced to the log of readings. */
  static boolean damagesRecords(Fault fault) {
    return (fault.kind() == FaultKind.BITS_FLIP || fault.kind() == FaultKind.PAGE_UNREADABLE)
        && damaged(fault) > 0;
  }

  /** By its variant: a cursor, the header of the newest segment, or records. */
  private void damage(Fault fault) throws IOException {
    int where = damaged(fault);
    List<Path> files = disk.files(where == 0 ? "readings/cursors" : "readings/0");
    if (files.isEmpty()) {
      return;
    }
    Path file = files.get(where == 1 ? files.size() - 1 : random.nextInt(files.size()));
    int records = disk.bytes(file).length - HEADERS;
    if (where == 0) {
      damage(fault.kind(), file, random.nextInt(CURSOR));
    } else if (where == 1) {
      damage(fault.kind(), file, random.nextInt(CURSOR));
      damage(fault.kind(), file, HEADER + random.nextInt(CURSOR));
    } else if (records > 0) {
      damage(fault.kind(), file, HEADERS + random.nextInt(records));
    }
  }

  private void damage(FaultKind kind, Path file, int position) throws IOException {
    if (position >= disk.bytes(file).length) {
      return; // a write or a sync that failed has left less of it
    }
    faults.struck(kind);
    if (kind == FaultKind.BITS_FLIP) {
      disk.flip(file, position, random.nextInt(8));
    } else {
      disk.spoil(file, position);
    }
  }

  /** The files of a folder, taken out of it if wanted. */
  Map<Path, byte[]> copy(Path folder, boolean takenOut) throws IOException {
    Map<Path, byte[]> copy = new TreeMap<>();
    for (Path file : disk.files("")) {
      if (file.startsWith(folder)) {
        copy.put(folder.relativize(file), disk.bytes(file));
      }
    }
    if (takenOut) {
      disk.replaceDirectory(folder);
    }
    return copy;
  }

  /** A folder is as it was when the files were copied. */
  void bringBack(Path folder, Map<Path, byte[]> copy) {
    disk.replaceDirectory(folder);
    copy.forEach((file, bytes) -> disk.put(folder.resolve(file), bytes));
  }

  /** Fills up and empties with the scenario. */
  void turn() throws IOException {
    damage();
    Fault full = faults.now(FaultKind.DISK_FULL);
    if (full == null) {
      disk.unfill();
    } else if (full.at() == faults.turn()) {
      disk.fillUpTo(random.nextInt(20_000));
      faults.struck(FaultKind.DISK_FULL);
    }
  }

  /** The process dies in the middle of an operation, after so many others. */
  void crashAfter(int operations, Runnable dies) {
    untilCrash = operations;
    crash = dies;
  }

  /** The process is dead: what it has open works no more. */
  void kill() {
    untilCrash = -1;
    disk.kill();
  }

  /** The machine died too. */
  void crash() {
    disk.crash(); // which ends its faults
    disk.fail(this::strikes);
  }
}
