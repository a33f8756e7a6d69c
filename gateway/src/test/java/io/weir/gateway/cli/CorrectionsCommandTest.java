package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.peers.Ports;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The corrections in the data directory of a gateway that is stopped. */
class CorrectionsCommandTest {

  private static final Asset PRESS = new Asset("plant", "hall", "line-1", "press");
  private static final Asset SAW = new Asset("plant", "hall", "line-2", "saw");
  private static final Change.Why JAM =
      new Change.Why("mechanical", "jam", "left, \"upper\" die", true);

  @TempDir Path folder;

  private String file;

  @BeforeEach
  void configure() throws IOException {
    file = new StoppedGateway(folder).file(Ports.free());
  }

  private DataDirectory data() {
    return new DataDirectory(folder.resolve("data"));
  }

  private static long at(String time) {
    return Instant.parse("2026-03-02T" + time + ":00Z").getEpochSecond() * 1_000_000_000L;
  }

  private static Correction correction(Asset asset, String hour, Change change, String comment) {
    Origin anna = new Origin("anna", at("15:00"), "::1");
    long from = at(hour + ":00");
    return new Correction(
        0, asset, from, at(hour + ":30"), false, change, comment, List.of(), anna);
  }

  private void keep(Entry... entries) throws IOException {
    SegmentLog log =
        SegmentLog.open(
            "corrections",
            CorrectionLog.options(data().log("corrections"), 1 << 20, 64 << 20),
            FileSystem.DISK,
            Time.SYSTEM,
            RunningTotal.NOTHING,
            new SimpleMeterRegistry());
    try (log;
        CorrectionLog corrections = new CorrectionLog(log)) {
      for (Entry entry : entries) {
        CompletableFuture<Entry> kept = corrections.append(entry);
        log.step();
        kept.join();
      }
    }
  }

  private void keepThree() throws IOException {
    keep(
        correction(PRESS, "08", new Change.ReasonGiven(JAM), "two\nlines"),
        correction(SAW, "09", new Change.PiecesBooked(false, 12, null), ""),
        correction(PRESS, "10", new Change.Annotated(), "see 0"));
  }

  private CommandRun run(String... args) {
    String[] all = List.of(args).toArray(new String[args.length + 2]);
    all[args.length] = "--config";
    all[args.length + 1] = file;
    return CommandRun.of(all);
  }

  /** Else whoever looks believes that these are all. */
  @Test
  void whatIsDamagedIsSaid() throws IOException {
    keepThree();
    Path segment = data().log("corrections").resolve("00000000000000000000.seg");
    byte[] whole = Files.readAllBytes(segment);
    byte[] bytes = whole.clone();
    bytes[new String(bytes, ISO_8859_1).indexOf("line-2")] ^= 1;
    Files.write(segment, bytes);

    CommandRun list = run("corrections", "list");
    assertThat(list.out()).contains("2  ", "0  ").doesNotContain("1  ");
    assertThat(list.err())
        .contains("not listed: 1 record that is damaged")
        .contains("buffer verify");
    assertThat(list.exit()).isEqualTo(2);
    CommandRun export = run("corrections", "export", "--format", "csv");
    assertThat(export.out()).contains("\n2,").doesNotContain("\n1,");
    assertThat(export.err()).containsOnlyOnce("not exported: 1 record that is damaged");
    assertThat(export.exit()).isEqualTo(2);
    assertThat(run("corrections", "export", "--after", "1").exit()).as("it is behind it").isZero();
    CommandRun undo = run("corrections", "undo", "1", "--who", "a", "--comment", "b");
    assertThat(undo.exit()).isEqualTo(1);
    assertThat(undo.err()).contains("there is no correction 1", "not read: 1 record");

    Arrays.fill(bytes, 0, 8192, (byte) 0);
    Files.write(segment, bytes);
    CommandRun none = run("corrections", "list");
    assertThat(none.err()).contains("not listed: " + segment + ", whose header cannot be read");
    assertThat(none.exit()).isEqualTo(2);
    Files.write(segment, whole);
    assertThat(run("corrections", "list").exit()).isZero();
  }

  @Test
  void theNewestIsListedFirst() throws IOException {
    keepThree();
    CommandRun run = run("corrections", "list");
    assertThat(run.exit()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines())
        .containsExactly(
            "2  2026-03-02T15:00:00Z  anna  annotated  plant/hall/line-1/press",
            "    2026-03-02T10:00:00Z to 2026-03-02T10:30:00Z",
            "    \"see 0\"",
            "1  2026-03-02T15:00:00Z  anna  scrap-booked  plant/hall/line-2/saw",
            "    2026-03-02T09:00:00Z to 2026-03-02T09:30:00Z: amount 12.0",
            "0  2026-03-02T15:00:00Z  anna  reason-given  plant/hall/line-1/press",
            "    2026-03-02T08:00:00Z to 2026-03-02T08:30:00Z: category mechanical, reason jam,"
                + " detail left, \"upper\" die, planned",
            "    \"two lines\"");
  }

  @Test
  void theListIsNarrowedByAssetTimeAndNumber() throws IOException {
    keepThree();
    assertThat(run("corrections", "list", "--asset", "plant/hall/line-2").out())
        .startsWith("1  ")
        .doesNotContain("press");
    assertThat(run("corrections", "list", "--asset", "plant/hall/line-1/press/").out())
        .contains("2  ", "0  ")
        .doesNotContain("saw");
    assertThat(run("corrections", "list", "--asset", "plant/hall/line").err())
        .contains("Nothing to list");
    assertThat(
            run(
                    "corrections",
                    "list",
                    "--from",
                    "2026-03-02T08:30:00Z",
                    "--to",
                    "2026-03-02T10:00:00Z")
                .out())
        .startsWith("1  ")
        .doesNotContain("press");
    CommandRun one = run("corrections", "list", "--limit", "1");
    assertThat(one.out()).startsWith("2  ").doesNotContain("saw");
    assertThat(one.err()).contains("raise --limit");
    assertThat(run("corrections", "list", "--from", "monday").exit()).isEqualTo(1);
  }

  @Test
  void anExportHasEachRecordAsTheApiHasIt() throws IOException {
    keepThree();
    CommandRun run = run("corrections", "export");
    assertThat(run.exit()).isZero();
    assertThat(run.out().lines()).hasSize(3);
    assertThat(run.out())
        .startsWith("{\"id\":0,\"kind\":\"reason-given\",\"site\":\"plant\",\"area\":\"hall\",");
    assertThat(run("corrections", "export", "--after", "1").out()).startsWith("{\"id\":2,");
  }

  @Test
  void anExportAsCsvSaysWhatStillHolds() throws IOException {
    keepThree();
    assertThat(run("corrections", "undo", "0", "--who", "bert").exit()).isZero();
    Path out = folder.resolve("corrections.csv");
    CommandRun run = run("corrections", "export", "--format", "csv", "--out", out.toString());
    assertThat(run.exit()).as(run.err()).isZero();
    String csv = Files.readString(out);
    assertThat(csv)
        .startsWith("id,kind,of,site,area,line,machine,from,to,toEndOfStop,state,category,")
        .contains("0,reason-given,,plant,hall,line-1,press,2026-03-02T08:00:00Z,")
        .contains(",mechanical,jam,\"left, \"\"upper\"\" die\",true,,,\"two\nlines\",anna,false,")
        .contains(",2026-03-02T15:00:00Z,::1,[],3,,,,,\n")
        .contains("\n3,undone,0,,,,,,,,,,,,,,,,bert,false,");
    assertThat(run("corrections", "export", "--out", out.toString()).exit()).isEqualTo(1);
  }

  /** A comment is written by anybody on the floor, and read in a spreadsheet in the office. */
  @Test
  void noTextOfAnExportAsCsvIsAFormula() throws IOException {
    keep(
        correction(PRESS, "08", new Change.PiecesBooked(false, 12, null), "=HYPERLINK(1)"),
        correction(SAW, "09", new Change.Annotated(), "see;=1+1"));
    String csv = run("corrections", "export", "--format", "csv").out();
    assertThat(csv).contains(",12.0,'=HYPERLINK(1),", ",see;'=1+1,");
    String json = run("corrections", "export").out();
    assertThat(json).contains("\"=HYPERLINK(1)\"", "\"see;=1+1\"");
  }

  @Test
  void anUndoIsWrittenWhereNoGatewayRuns() throws IOException {
    keepThree();
    CommandRun run = run("corrections", "undo", "1", "--who", " bert ", "--comment", "the other");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).isEqualToIgnoringNewLines("correction 1 is undone by record 3");
    assertThat(run("corrections", "list", "--asset", "plant/hall/line-2").out())
        .contains("    undone by bert, 20");
    CommandRun again = run("corrections", "undo", "1", "--who", "carl");
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("correction 1 was undone by bert");
    assertThat(run("corrections", "export").out().lines()).hasSize(4);
  }

  @Test
  void whatIsNotThereIsNotUndone() throws IOException {
    CommandRun none = run("corrections", "undo", "0", "--who", "bert");
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.err()).contains("there is no correction 0");
    assertThat(folder.resolve("data")).doesNotExist();
    keepThree();
    assertThat(run("corrections", "undo", "7", "--who", "bert").exit()).isEqualTo(1);
    assertThat(run("corrections", "undo", "1", "--who", " ").exit()).isEqualTo(1);
    assertThat(run("corrections", "undo", "1").exit()).isEqualTo(1);
    Closeable running = data().lock(FileSystem.DISK);
    try {
      CommandRun refused = run("corrections", "undo", "1", "--who", "bert");
      assertThat(refused.exit()).isEqualTo(2);
      assertThat(refused.err()).contains("a gateway runs with", "no gateway answers at");
    } finally {
      running.close();
    }
  }
}
