package io.weir.gateway.sink.weir;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Request;
import okio.AsyncTimeout;

/**
 * Ends a request whose answer takes too long as a whole. OkHttp bounds each read alone, so an
 * answer that comes byte by byte would hold a batch up without end. How long a request may take to
 * be sent depends on the line, and is not bounded here. For one call.
 */
final class AnswerLimit extends EventListener {

  private final AsyncTimeout limit;
  private boolean waits;

  /**
   * @param most from the end of the request to the end of the answer
   */
  AnswerLimit(Call call, Duration most) {
    limit =
        new AsyncTimeout() {
          @Override
          protected void timedOut() {
            call.cancel();
          }
        };
    limit.timeout(most.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void requestHeadersEnd(Call call, Request request) {
    if (request.body() == null) {
      begin();
    }
  }

  @Override
  public void requestBodyEnd(Call call, long byteCount) {
    begin();
  }

  @Override
  public void callEnd(Call call) {
    end();
  }

  @Override
  public void callFailed(Call call, IOException e) {
    end();
  }

  private void begin() {
    if (!waits) {
      waits = true;
      limit.enter();
    }
  }

  private void end() {
    if (waits) {
      waits = false;
      limit.exit();
    }
  }
}
