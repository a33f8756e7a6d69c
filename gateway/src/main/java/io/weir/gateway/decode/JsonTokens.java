package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a parser of Jackson reads, as it reads it. */
class JsonTokens implements Tokens {

  private final JsonParser in;

  JsonTokens(JsonParser in) {
    this.in = in;
  }

  @Override
  public @Nullable JsonToken nextToken() throws IOException {
    return in.nextToken();
  }

  @Override
  public @Nullable String nextFieldName() throws IOException {
    return in.nextFieldName();
  }

  @Override
  public void skipChildren() throws IOException {
    in.skipChildren();
  }

  @Override
  public String getText() throws IOException {
    return in.getText();
  }

  @Override
  public NumberType getNumberType() throws IOException {
    return in.getNumberType();
  }

  @Override
  public long getLongValue() throws IOException {
    return in.getLongValue();
  }

  @Override
  public double getDoubleValue() throws IOException {
    return in.getDoubleValue();
  }

  @Override
  public @Nullable JsonLocation currentTokenLocation() {
    return in.currentTokenLocation();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
