package io.weir.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.sim.cli.CsvFile.ReadableRow;
import io.weir.sim.cli.CsvFile.Row;
import io.weir.sim.cli.CsvFile.UnreadableRow;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CsvFileTest {

  @Test
  void rowsBecomeObjectsWithTheirOwnTimeInFileOrder() throws IOException {
    assertThat(
            read(
                """
                timestamp,value
                2013-12-02 21:15:00,73.96732207
                2013-12-02 21:15:00,74.93588199999998
                2013-12-02 21:10:00,-5
                """))
        .containsExactly(
            "{\"ts\":1386018900000,\"value\":73.96732207}",
            "{\"ts\":1386018900000,\"value\":74.93588199999998}",
            "{\"ts\":1386018600000,\"value\":-5}");
  }

  @Test
  void cellsKeepTheirKind() throws IOException {
    assertThat(read("ts,a,b,c,d,e,f,g,h\n1764000000,1e5,.5,+3,TRUE,007,NaN,,ok\n"))
        .containsExactly(
            "{\"ts\":1764000000000,\"a\":1e5,\"b\":0.5,\"c\":3,\"d\":true,\"e\":\"007\",\"f\":\"NaN\","
                + "\"h\":\"ok\"}");
    assertThat(read("ts,a,b,c,d\n1764000000,5.,e5,1e9999,-\n"))
        .containsExactly(
            "{\"ts\":1764000000000,\"a\":5,\"b\":\"e5\",\"c\":\"1e9999\",\"d\":\"-\"}");
  }

  @Test
  void byteOrderMarksCrlfQuotesAndOtherSeparatorsAreRead() throws IOException {
    assertThat(
            read("\uFEFFTime;\"note; long\";x\r\n2026-01-01T00:00Z;\"he said \"\"stop\"\"\";1\r\n"))
        .containsExactly("{\"ts\":1767225600000,\"note; long\":\"he said \\\"stop\\\"\",\"x\":1}");
    assertThat(read("date\tx\n2026-01-01\t2\n")).containsExactly("{\"ts\":1767225600000,\"x\":2}");
  }

  @Test
  void badRowsAreReportedWithTheirLineAndTheOthersAreRead() throws IOException {
    assertThat(
            read(
                """
                time,x
                1764000000,1
                1764000000
                1764000000,1,2

                never,4
                "1764000000"x,5
                1764000006,6
                """))
        .containsExactly(
            "{\"ts\":1764000000000,\"x\":1}",
            "line 3: it has 1 cells, but the header has 2",
            "line 4: it has 3 cells, but the header has 2",
            "line 6: \"never\" in column time is not a time",
            "line 7: Unexpected character ('x' (code 120)): Expected column separator character"
                + " (',' (code 44)) or end-of-line",
            "{\"ts\":1764000006000,\"x\":6}");
  }

  @Test
  void aQuoteThatIsNeverClosedEndsTheFileWithItsLine() throws IOException {
    assertThat(read("time,x\n1764000000,1\n1764000001,\"2\n1764000002,3\n"))
        .hasSize(2)
        .element(1)
        .asString()
        .startsWith("line 3: Missing closing quote");
  }

  @Test
  void brokenBytesDamageOnlyTheirCell() throws IOException {
    byte[] bytes = "time,x,unit\n1764000000,1,?C\n".getBytes(StandardCharsets.UTF_8);
    bytes[new String(bytes, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xB0;
    assertThat(read(new ByteArrayInputStream(bytes), null))
        .containsExactly("{\"ts\":1764000000000,\"x\":1,\"unit\":\"\uFFFDC\"}");
  }

  @Test
  void theTimeColumnIsFoundOrGiven() throws IOException {
    assertThat(read("value,Timestamp\n1,1764000000\n"))
        .containsExactly("{\"ts\":1764000000000,\"value\":1}");
    assertThat(read(bytes("t0,time\n1764000001,1764000000\n"), "t0"))
        .containsExactly("{\"ts\":1764000001000,\"time\":1764000000}");
    assertThatThrownBy(() -> read("a,b\n1,2\n"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("--time-column")
        .hasMessageContaining("a, b");
    assertThatThrownBy(() -> read(bytes("a,b\n1,2\n"), "c"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no column c; it has a, b");
  }

  @Test
  void anUnusableHeaderIsRefusedWithItsReason() {
    assertThatThrownBy(() -> read("")).hasMessageContaining("empty");
    assertThatThrownBy(() -> read("\n\n")).hasMessageContaining("empty");
    assertThatThrownBy(() -> read("time,a,a\n")).hasMessageContaining("column a twice");
    assertThatThrownBy(() -> read("time,ts\n")).hasMessageContaining("rename one");
    assertThatThrownBy(() -> read("time,\"a\n")).hasMessageContaining("header cannot be read");
  }

  @Test
  void aColumnWithoutANameGetsItsNumber() throws IOException {
    assertThat(read(",time\n5,1764000000\n"))
        .containsExactly("{\"ts\":1764000000000,\"column_1\":5}");
  }

  @Test
  void aFileWithoutRowsOrWithoutALastLineFeedIsRead() throws IOException {
    assertThat(read("time,x\n")).isEmpty();
    assertThat(read("time,x\n1764000000,1")).containsExactly("{\"ts\":1764000000000,\"x\":1}");
  }

  @Tag("slow")
  @Test
  void anyBytesAreReadOrRefusedWithAReason() throws IOException {
    String alphabet = "abc,;\t\"\r\n 0123456789.-eE\uFEFF\u00B0time";
    for (long seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "time,x\n" : "");
      for (int i = random.nextInt(60); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        read(text.toString());
      } catch (UserError e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static List<String> read(String text) throws IOException {
    return read(bytes(text), null);
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> read(InputStream in, @Nullable String column) throws IOException {
    List<String> read = new ArrayList<>();
    try (CsvFile rows = new CsvFile(in, column, new EventTime(ZoneId.of("UTC")))) {
      for (Row row = rows.next(); row != null; row = rows.next()) {
        if (row instanceof ReadableRow good) {
          read.add(good.json());
        } else if (row instanceof UnreadableRow bad) {
          read.add("line " + bad.line() + ": " + bad.why());
        }
      }
    }
    return read;
  }
}
