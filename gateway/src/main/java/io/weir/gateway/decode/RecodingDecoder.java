package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.SequenceNumber;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings a text that is in the route's encoding to UTF-8 before its format reads it. */
final class RecodingDecoder implements Decoder {

  private final Decoder format;
  private final Charset charset;

  RecodingDecoder(Decoder format, Charset charset) {
    this.format = format;
    this.charset = charset;
  }

  @Override
  public Decoder labelled(Set<String> fields) {
    return new RecodingDecoder(format.labelled(fields), charset);
  }

  @Override
  public boolean typesNumbers() {
    return format.typesNumbers();
  }

  @Override
  public void decode(Payload payload, Output out) {
    ByteBuffer in = ByteBuffer.wrap(payload.bytes());
    try {
      String text = charset.newDecoder().decode(in).toString();
      format.decode(payload.with(text.getBytes(UTF_8)), new AsItArrived(out, charset));
    } catch (CharacterCodingException e) {
      String what = "not text in %s, at byte %d".formatted(charset.name(), in.position());
      out.rejected(new Rejected(Reason.MALFORMED, what));
    }
  }

  /** Hands on parts of the payload in its own encoding, in which the route reads them again. */
  private static final class AsItArrived implements Output {
    private final Output out;
    private final Charset charset;
    private byte @Nullable [] part;
    private byte @Nullable [] arrived;

    AsItArrived(Output out, Charset charset) {
      this.out = out;
      this.charset = charset;
    }

    private byte @Nullable [] arrived(byte @Nullable [] read) {
      if (read != part) { // one array for all that stands in a row
        part = read;
        arrived = read == null ? null : new String(read, UTF_8).getBytes(charset);
      }
      return arrived;
    }

    @Override
    public void sample(Sample sample) {
      out.sample(sample.part() == null ? sample : sample.readFrom(arrived(sample.part())));
    }

    @Override
    public void standsAt(int line, int column) {
      out.standsAt(line, column);
    }

    @Override
    public void rejected(Rejected rejected) {
      out.rejected(new Rejected(rejected.reason(), rejected.detail(), arrived(rejected.part())));
    }

    @Override
    public void filtered(String name, String why) {
      out.filtered(name, why);
    }

    @Override
    public void numbered(SequenceNumber number) {
      out.numbered(number);
    }

    @Override
    public void onceKept(Runnable effect) {
      out.onceKept(effect);
    }
  }
}
