package io.weir.gateway.decode;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into rows and cells (RFC 4180, with any delimiter). A cell in double quotes may hold
 * delimiters, line breaks, and quotes written twice; a quote that is never closed costs its own
 * line only. Line breaks are LF, CRLF or CR. Blank lines and comments are passed over.
 */
final class CsvRows {

  private final String text;
  private final @Nullable String comment;
  private char delimiter = ',';
  private int at;
  private int line = 1;
  private int start;
  private int startLine;

  /** How many cells the row before had. */
  private int width = 8;

  /**
   * @param comment what begins lines that are passed over, or {@code null}
   */
  CsvRows(String text, @Nullable String comment) {
    this.text = text;
    this.comment = comment;
  }

  void delimiter(char between) {
    delimiter = between;
  }

  /** Passes over that line, and gives it without its line break. */
  String skipLine() {
    String line = text.substring(at, lineEnd(at));
    at = nextLine(at + line.length());
    return line;
  }

  /** The first line of the row at hand. */
  String firstLine() {
    return text.substring(at, lineEnd(at));
  }

  /** Goes to the next row that is neither blank nor a comment. */
  boolean toNext() {
    while (at < text.length() && isPassedOver()) {
      at = nextLine(lineEnd(at));
    }
    start = at;
    startLine = line;
    return at < text.length();
  }

  private boolean isPassedOver() {
    int first = at;
    while (first < text.length() && !isBreak(first) && Character.isWhitespace(text.charAt(first))) {
      first++;
    }
    return first == text.length()
        || isBreak(first)
        || (comment != null && text.startsWith(comment, first));
  }

  /** Number of the line where the row at hand begins, from 1. */
  int line() {
    return startLine;
  }

  /** The row as it stands in the text, without its line break. */
  String raw() {
    int end = at;
    while (end > start && isBreak(end - 1)) {
      end--;
    }
    return text.substring(start, end);
  }

  /** The cells of the row at hand, blanks around those without quotes taken off. Goes behind it. */
  List<String> cells() throws Broken {
    List<String> cells = new ArrayList<>(width);
    while (true) {
      cells.add(cell());
      if (at >= text.length() || text.charAt(at) != delimiter) {
        at = nextLine(at);
        width = cells.size();
        return cells;
      }
      at++;
    }
  }

  /** The row cannot be cut into cells. */
  static final class Broken extends Exception {
    Broken(String detail) {
      super(detail, null, false, false); // of the payload, not of the program
    }
  }

  private String cell() throws Broken {
    int first = at;
    while (first < text.length() && text.charAt(first) == ' ') {
      first++;
    }
    if (first < text.length() && text.charAt(first) == '"') {
      return quoted(first + 1);
    }
    int end = at;
    while (end < text.length() && text.charAt(end) != delimiter && !isBreak(end)) {
      end++;
    }
    String cell = text.substring(at, end).strip();
    at = end;
    return cell;
  }

  private String quoted(int from) throws Broken {
    StringBuilder cell = new StringBuilder();
    int i = from;
    while (true) {
      int quote = text.indexOf('"', i);
      if (quote < 0) {
        throw giveUp("a quote is never closed");
      }
      cell.append(text, i, quote);
      if (quote + 1 < text.length() && text.charAt(quote + 1) == '"') {
        cell.append('"');
        i = quote + 2;
        continue;
      }
      i = quote + 1;
      break;
    }
    while (i < text.length() && text.charAt(i) == ' ') {
      i++;
    }
    if (i < text.length() && text.charAt(i) != delimiter && !isBreak(i)) {
      throw giveUp("something follows a closing quote");
    }
    for (int c = from; c < i; c++) {
      if (text.charAt(c) == '\n') {
        line++;
      }
    }
    at = i;
    return cell.toString();
  }

  private Broken giveUp(String why) {
    line = startLine;
    at = nextLine(lineEnd(start));
    return new Broken(why);
  }

  private boolean isBreak(int i) {
    return text.charAt(i) == '\n' || text.charAt(i) == '\r';
  }

  private int lineEnd(int from) {
    int end = from;
    while (end < text.length() && !isBreak(end)) {
      end++;
    }
    return end;
  }

  /** Behind the line break there. */
  private int nextLine(int end) {
    if (end >= text.length()) {
      return text.length();
    }
    line++;
    boolean two = text.startsWith("\r\n", end);
    return end + (two ? 2 : 1);
  }
}
