package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import java.io.IOException;

/** What the quarantine says of a document that the parser refused. */
final class JsonFaults {

  private JsonFaults() {}

  /**
   * The document, rejected whole.
   *
   * @param language what it was expected to be, such as JSON
   */
  static Rejected rejected(IOException fault, String language) {
    if (fault instanceof StreamConstraintsException e) {
      return new Rejected(Reason.LIMIT, "past a limit: " + saying(e));
    }
    if (fault instanceof JsonProcessingException e) {
      return new Rejected(Reason.MALFORMED, "not " + language + ": " + saying(e));
    }
    // bytes in memory: only what is not text ends here
    return new Rejected(Reason.MALFORMED, "not text in UTF-8: " + fault.getMessage());
  }

  /** The parser's words without its asides, and the place. */
  private static String saying(JsonProcessingException e) {
    String words =
        e instanceof JsonEOFException
            ? "the document breaks off"
            : firstClause(e.getOriginalMessage());
    JsonLocation at = e.getLocation();
    return at == null ? words : words + ", " + place(at);
  }

  private static String firstClause(String message) {
    int end = message.length();
    for (String aside :
        new String[] {"\n", ": was expecting", ": expected", ": maybe ", " (start marker"}) {
      int at = message.indexOf(aside);
      end = at >= 0 && at < end ? at : end;
    }
    return message.substring(0, end).replaceAll(", from `[^`]*`", "");
  }

  /** Where a token stands: by line in a text, by byte in a binary document. */
  static String place(JsonLocation at) {
    return at.getLineNr() < 1
        ? "at byte " + at.getByteOffset()
        : "at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }
}
