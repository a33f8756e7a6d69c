package io.weir.gateway;

import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The bytes of a whole answer, for requests that Java's own client does not send. */
record RawAnswer(String bytes) {

  int statusCode() {
    return Integer.parseInt(bytes.split(" ", 3)[1]);
  }

  String body() {
    return bytes.substring(bytes.indexOf("\r\n\r\n") + 4);
  }

  HttpHeaders headers() {
    Map<String, List<String>> all = new TreeMap<>();
    for (String line : bytes.substring(0, bytes.indexOf("\r\n\r\n")).split("\r\n")) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        all.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
            .add(line.substring(colon + 2));
      }
    }
    return HttpHeaders.of(all, (name, value) -> true);
  }
}
