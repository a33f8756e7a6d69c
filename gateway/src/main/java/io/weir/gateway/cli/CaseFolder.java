package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.intake.Explain;
import io.weir.gateway.model.Failure;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Types;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A case that a plant keeps: a folder with messages ({@code messages.txt}, or another name that
 * begins so) and with what they become ({@code expected.txt}).
 */
record CaseFolder(Path folder) {

  private static final int MOST_BYTES = 64 << 20;

  /**
   * The cases in a folder, by name.
   *
   * @throws InputException if there are none
   */
  static List<CaseFolder> in(Path folder) throws InputException, IOException {
    if (!Files.isDirectory(folder)) {
      throw new InputException("there is no folder " + folder);
    }
    List<CaseFolder> cases;
    try (Stream<Path> entries = Files.list(folder)) {
      cases = entries.filter(Files::isDirectory).sorted().map(CaseFolder::new).toList();
    }
    if (cases.isEmpty()) {
      throw new InputException(
          folder + " has no folder with a case: messages.txt and expected.txt");
    }
    return cases;
  }

  String name() {
    return String.valueOf(folder.getFileName());
  }

  /**
   * What is not as expected, in words; "" where all is.
   *
   * @throws InputException if a file of the case is missing, or is none
   */
  String difference(List<RouteConfig> routes, Terminal terminal)
      throws InputException, IOException {
    String expected = text(folder.resolve("expected.txt"));
    Explain explain =
        new Explain(routes, Types.load(new DiscardingLineStore(null)), Explain.Detail.WHOLE);
    long receivedNs = CaptureDecoded.receivedNs(expected);
    List<Capture> messages = messages(file(), terminal, Capture.Encoding.TEXT);
    return CaptureDecoded.difference(
        expected, CaptureDecoded.of(explain, null, messages, receivedNs).text());
  }

  private Path file() throws InputException, IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(each -> String.valueOf(each.getFileName()).startsWith("messages"))
          .sorted()
          .findFirst()
          .orElseThrow(() -> new InputException("has no messages.txt"));
    }
  }

  /** The messages of a file, {@code -} for the standard input. */
  static List<Capture> messages(Path file, Terminal terminal, Capture.Encoding encoding)
      throws InputException, IOException {
    try {
      return Capture.read(
          file.toString().equals("-") ? text("the standard input", terminal.in()) : text(file),
          encoding);
    } catch (InputException e) {
      throw new InputException(file + ": " + e.getMessage());
    }
  }

  /**
   * A file's text.
   *
   * @throws InputException if there is none, or it is not UTF-8
   */
  static String text(Path file) throws InputException, IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return text(file.toString(), in);
    } catch (NoSuchFileException e) {
      throw new InputException("there is no file " + file);
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + Failure.why(e));
    }
  }

  private static String text(String name, InputStream in) throws InputException, IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new InputException(name + " has more than 64 MiB");
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InputException(name + " is not UTF-8");
    }
  }
}
