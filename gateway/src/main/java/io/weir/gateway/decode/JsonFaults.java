package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the quarantine says of a document that the parser refused. */
final class JsonFaults {

  /** Where a token began, as the parser says it beside the place. */
  private static final Pattern ORIGIN = Pattern.compile(", from `[^`]*`");

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

  /** A document of JSON, rejected whole; where that is the cause, because of its encoding. */
  static Rejected ofJson(IOException fault, byte[] json) {
    boolean isText = fault instanceof StreamConstraintsException || Encodings.firstWrong(json) < 0;
    return isText ? rejected(fault, "JSON") : new Rejected(Reason.MALFORMED, Encodings.fault(json));
  }

  /** The parser's words without its asides, and the place. */
  private static String saying(JsonProcessingException e) {
    String words =
        e instanceof JsonEOFException
            ? "the document breaks off"
            : Excerpt.whole(firstClause(e.getOriginalMessage())); // it quotes the document
    JsonLocation at = e.getLocation();
    return words + behind(at);
  }

  private static String firstClause(String message) {
    int end = message.length();
    for (String aside :
        new String[] {
          "\n", ": was expecting", ": expected", ": maybe ", " (start marker", " (consider "
        }) {
      int at = message.indexOf(aside);
      end = at >= 0 && at < end ? at : end;
    }
    return ORIGIN.matcher(message.substring(0, end)).replaceAll("");
  }

  /** The place at the end of a sentence; "" where it is not known. */
  static String behind(@Nullable JsonLocation at) {
    return at == null || (at.getLineNr() < 1 && at.getByteOffset() < 0) ? "" : ", " + place(at);
  }

  /** Where a token stands: by line in a text, by byte in a binary document. */
  static String place(JsonLocation at) {
    return at.getLineNr() < 1
        ? "at byte " + at.getByteOffset()
        : "at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }
}
