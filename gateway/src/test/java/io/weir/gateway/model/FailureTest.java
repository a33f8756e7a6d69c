package io.weir.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class FailureTest {

  @Test
  void wordsForAUserNameNoClass() {
    assertThat(Failure.inWords(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
    assertThat(Failure.inWords(new UncheckedIOException(new AccessDeniedException("/data/x"))))
        .isEqualTo("/data/x: this user may not read or write it");
    assertThat(Failure.why(new AccessDeniedException("/data/x")))
        .isEqualTo("this user may not read or write it");
    assertThat(Failure.why(new IOException("Is a directory"))).isEqualTo("Is a directory");
    assertThat(Failure.inWords(new CompletionException(new IOException("refused"))))
        .isEqualTo("refused");
    assertThat(Failure.inWords(new IllegalStateException("offset 7")))
        .isEqualTo("a defect of the gateway, which the log has in full");
    assertThat(
            Failure.withoutClasses(
                "PKIX path building failed:"
                    + " sun.security.provider.certpath.SunCertPathBuilderException: unable to find"
                    + " valid certification path"))
        .isEqualTo("PKIX path building failed: unable to find valid certification path");
    assertThat(
            Failure.inWords(
                new IOException("bind(..) failed with error(-98): Address already in use")))
        .isEqualTo("Address already in use");
  }
}
