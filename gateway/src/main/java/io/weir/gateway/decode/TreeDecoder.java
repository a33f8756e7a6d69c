package io.weir.gateway.decode;

import io.weir.gateway.model.Pointer;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A document of another language than JSON that has the same shape, read as {@link JsonDocument}
 * reads JSON: the same names, times and assets. What no reading can be is rejected alone, a
 * document that is not of the language whole.
 */
final class TreeDecoder implements Decoder {

  /** Opens a document. */
  interface Syntax {
    Tokens open(byte[] bytes) throws IOException;
  }

  private final String language;
  private final Syntax syntax;
  private final @Nullable String timeName;
  private final Set<String> labels;
  private final DecodeLimits limits;
  private final boolean typesNumbers;
  private final boolean takesAnyBytes;
  private final @Nullable ExpectedFields expected;

  /**
   * @param language what its documents are called
   */
  TreeDecoder(String language, Syntax syntax, FormatContext context) {
    this(language, syntax, context, false, false);
  }

  /**
   * @param language what its documents are called
   * @param typesNumbers whether an integer is never written for a number with a fraction
   * @param takesAnyBytes whether a document may begin as a compressed payload does
   */
  TreeDecoder(
      String language,
      Syntax syntax,
      FormatContext context,
      boolean typesNumbers,
      boolean takesAnyBytes) {
    this(
        language,
        syntax,
        context.time().from() == null ? null : Pointer.toName(context.time().from()),
        Set.of(),
        context.limits(),
        typesNumbers,
        takesAnyBytes,
        null);
  }

  private TreeDecoder(
      String language,
      Syntax syntax,
      @Nullable String timeName,
      Set<String> labels,
      DecodeLimits limits,
      boolean typesNumbers,
      boolean takesAnyBytes,
      @Nullable ExpectedFields expected) {
    this.takesAnyBytes = takesAnyBytes;
    this.expected = expected;
    this.language = language;
    this.syntax = syntax;
    this.timeName = timeName;
    this.labels = labels;
    this.limits = limits;
    this.typesNumbers = typesNumbers;
  }

  @Override
  public boolean typesNumbers() {
    return typesNumbers;
  }

  @Override
  public boolean takesAnyBytes() {
    return takesAnyBytes;
  }

  @Override
  public Decoder labelled(Set<String> fields) {
    return fields.isEmpty()
        ? this
        : new TreeDecoder(
            language, syntax, timeName, fields, limits, typesNumbers, takesAnyBytes, expected);
  }

  @Override
  public Decoder expecting(Expectations expectations) {
    return new TreeDecoder(
        language,
        syntax,
        timeName,
        labels,
        limits,
        typesNumbers,
        takesAnyBytes,
        new ExpectedFields(expectations));
  }

  @Override
  public void decode(Payload payload, Output out) {
    try (Tokens in = syntax.open(payload.bytes())) {
      JsonDocument document = ExpectedFields.read(expected, in, timeName, labels, null, limits);
      document.emit(out);
      in.emitLeft(out);
    } catch (NotYet e) {
      out.notYet(e.rejected());
    } catch (JsonDocument.Refused e) {
      out.rejected(e.rejected());
    } catch (IOException e) {
      out.rejected(JsonFaults.rejected(e, language));
    }
  }
}
