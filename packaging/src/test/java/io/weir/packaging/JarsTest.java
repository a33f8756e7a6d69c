package io.weir.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarsTest {

  private static final LocalDateTime TIME = LocalDateTime.of(2026, 11, 24, 0, 0);

  @TempDir Path folder;

  private Path jar(String name, String... entries) throws IOException {
    Path jar = folder.resolve(name);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(entry.getBytes(StandardCharsets.UTF_8));
      }
    }
    return jar;
  }

  private List<String> copied(Platform platform, Path jar) throws IOException {
    Path to = Files.createTempDirectory(folder, "lib");
    new Jars(platform, TIME).copy(jar, to);
    Path copy = to.resolve(jar.getFileName());
    if (!Files.exists(copy)) {
      return List.of();
    }
    try (ZipFile zip = new ZipFile(copy.toFile())) {
      for (ZipEntry each : Collections.list(zip.entries())) {
        assertThat(new String(zip.getInputStream(each).readAllBytes(), StandardCharsets.UTF_8))
            .isEqualTo(each.getName());
      }
      return Collections.list(zip.entries()).stream().map(ZipEntry::getName).toList();
    }
  }

  @Test
  void aJarWithMachineCodeForSeveralPlatformsKeepsThatOfItsOwn() throws IOException {
    Path jar =
        jar(
            "store.jar",
            "a.class",
            "bin/linux-x86-64/libs.so",
            "bin/linux-aarch64/libs.so",
            "bin/darwin-aarch64/libs.dylib",
            "bin/windows-x86-64/s.dll",
            "lib/linux-i686/lib-32.so",
            "site/public.zip");
    assertThat(copied(Platform.LINUX_AMD64, jar))
        .containsExactly("a.class", "bin/linux-x86-64/libs.so", "site/public.zip");
    assertThat(copied(Platform.LINUX_ARM64, jar))
        .containsExactly("a.class", "bin/linux-aarch64/libs.so", "site/public.zip");
    assertThat(copied(Platform.WINDOWS_AMD64, jar))
        .containsExactly("a.class", "bin/windows-x86-64/s.dll", "site/public.zip");
  }

  @Test
  void foldersInFoldersNameAPlatformTooInTheWordsOfEachLibrary() throws IOException {
    Path jar =
        jar(
            "codecs.jar",
            "linux/amd64/libzstd-jni.so",
            "win/amd64/libzstd-jni.dll",
            "darwin/aarch64/libzstd-jni.dylib",
            "freebsd/i386/libzstd-jni.so",
            "aix/ppc64/libzstd-jni.so",
            "snappy/native/Linux/x86_64/libsnappyjava.so",
            "snappy/native/Linux/aarch64/libsnappyjava.so",
            "snappy/native/Linux/android-aarch64/libsnappyjava.so",
            "snappy/native/Linux/armv7/libsnappyjava.so",
            "snappy/native/Mac/x86/libsnappyjava.jnilib",
            "snappy/native/SunOS/sparc/libsnappyjava.so",
            "snappy/native/Windows/x86_64/snappyjava.dll");
    assertThat(copied(Platform.LINUX_AMD64, jar))
        .containsExactly(
            "linux/amd64/libzstd-jni.so", "snappy/native/Linux/x86_64/libsnappyjava.so");
    assertThat(copied(Platform.LINUX_ARM64, jar))
        .containsExactly("snappy/native/Linux/aarch64/libsnappyjava.so");
    assertThat(copied(Platform.WINDOWS_AMD64, jar))
        .containsExactly(
            "win/amd64/libzstd-jni.dll", "snappy/native/Windows/x86_64/snappyjava.dll");
  }

  @Test
  void aJarForAnotherPlatformIsLeftOut() throws IOException {
    Path jar = jar("epoll-4.2-linux-aarch_64.jar", "META-INF/native/libepoll.so");
    assertThat(copied(Platform.LINUX_AMD64, jar)).isEmpty();
    assertThat(copied(Platform.WINDOWS_AMD64, jar)).isEmpty();
    assertThat(copied(Platform.LINUX_ARM64, jar)).containsExactly("META-INF/native/libepoll.so");
  }

  @Test
  void aJarWithoutMachineCodeIsCopiedAsItIs() throws IOException {
    Path jar = jar("plain.jar", "b.class", "a.class");
    new Jars(Platform.LINUX_AMD64, TIME).copy(jar, Files.createDirectory(folder.resolve("to")));
    assertThat(folder.resolve("to/plain.jar")).hasSameBinaryContentAs(jar);
  }

  @Test
  void machineCodeOfAnUnknownPlatformStopsTheBuild() throws IOException {
    Path jar = jar("odd.jar", "native/libodd.so");
    assertThatThrownBy(() -> copied(Platform.LINUX_AMD64, jar))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("odd.jar contains native/libodd.so")
        .hasMessageContaining("Platform");
  }

  @Test
  void twoCopiesAreTheSameBytes() throws IOException {
    Path jar = jar("store.jar", "z", "a", "bin/darwin-aarch64/libs.dylib");
    byte[][] copies = new byte[2][];
    for (int i = 0; i < 2; i++) {
      Path to = Files.createTempDirectory(folder, "copy");
      new Jars(Platform.LINUX_AMD64, TIME).copy(jar, to);
      try (Stream<Path> files = Files.list(to)) {
        copies[i] = Files.readAllBytes(files.findFirst().orElseThrow());
      }
    }
    assertThat(copies[0]).isEqualTo(copies[1]);
  }
}
