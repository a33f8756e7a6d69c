package io.weir.gateway.sink.influx;

import io.weir.gateway.sink.LineTexts;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** Lines as the body of a request. */
final class LinesBody extends RequestBody {

  private final LineTexts lines;
  private final long length;
  private final @Nullable MediaType type;

  LinesBody(LineTexts lines, @Nullable MediaType type) {
    this.lines = lines;
    this.length = lines.bytes();
    this.type = type;
  }

  @Override
  public @Nullable MediaType contentType() {
    return type;
  }

  @Override
  public long contentLength() {
    return length;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    lines.writeTo(sink.outputStream());
  }
}
