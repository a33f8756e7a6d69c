package io.weir.gateway.fleet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a bundle holds, and what is refused as one. */
class BundleTest {

  static final KeyPair PAIR = BundleKeys.generate();
  static final List<PublicKey> KEYS = List.of(PAIR.getPublic());
  private static final Instant TIME = Instant.parse("2026-03-01T06:00:00Z");

  static byte[] bundle(long version, Map<String, byte[]> files) throws BundleException {
    return Bundle.make(
        version, TIME, List.of("plant-a-1"), "gateway.yaml", files, PAIR.getPrivate());
  }

  private static byte[] usual() throws BundleException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("gateway.yaml", "gateway: { id: x }\n".getBytes(UTF_8));
    files.put("tables/cycles.csv", new byte[] {0, 10, -1});
    return bundle(12, files);
  }

  @Test
  void whatIsMadeIsRead() throws Exception {
    Bundle read = Bundle.read(usual(), KEYS);

    assertThat(read.version()).isEqualTo(12);
    assertThat(read.time()).isEqualTo(TIME);
    assertThat(read.isFor("plant-a-1")).isTrue();
    assertThat(read.isFor("plant-a-2")).isFalse();
    assertThat(read.main()).isEqualTo("gateway.yaml");
    assertThat(read.files().keySet()).containsExactly("gateway.yaml", "tables/cycles.csv");
    assertThat(read.files().get("tables/cycles.csv")).containsExactly(0, 10, -1);
    assertThat(read.digest()).matches("[0-9a-f]{16}");
  }

  @Test
  void anyOfSeveralKeysMaySignSoThatAKeyCanBeReplaced() throws Exception {
    PublicKey other = BundleKeys.generate().getPublic();

    assertThat(Bundle.read(usual(), List.of(other, PAIR.getPublic())).version()).isEqualTo(12);
    assertThatThrownBy(() -> Bundle.read(usual(), List.of(other)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("signed by none of the keys");
  }

  @Test
  void keysAreTextsThatComeBack() throws Exception {
    String text = BundleKeys.text(PAIR.getPublic());

    assertThat(text).matches("ed25519:[A-Za-z0-9+/]{43}=");
    assertThat(BundleKeys.publicKey(text)).isEqualTo(PAIR.getPublic());
    assertThat(BundleKeys.privateKey(BundleKeys.pem(PAIR.getPrivate())))
        .isEqualTo(PAIR.getPrivate());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ed25519:", "ed25519:AAAA", "rsa:AAAA", "ed25519:!!!!", "AAAA"})
  void aTextThatIsNoKeyIsRefused(String text) {
    assertThatThrownBy(() -> BundleKeys.publicKey(text))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("weir bundle key");
  }

  @Test
  void everyChangedByteIsFound() throws Exception {
    byte[] bytes = usual();
    Bundle whole = Bundle.read(bytes, KEYS);
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      Throwable refused = catchThrowable(() -> Bundle.read(changed, KEYS));
      assertThat(refused).as("byte %d", i).isInstanceOf(BundleException.class);
    }
    assertThat(whole.files()).hasSize(2);
  }

  @Test
  void everyCutIsFoundAndSoIsWhatIsAddedBehind() throws Exception {
    byte[] bytes = usual();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThat(catchThrowable(() -> Bundle.read(cut, KEYS)))
          .as("%d bytes", length)
          .isInstanceOf(BundleException.class);
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> Bundle.read(longer, KEYS)).isInstanceOf(BundleException.class);
  }

  @Test
  void aHugeFileIsRefusedBeforeItsSignatureIsLookedAt() {
    byte[] huge = new byte[Bundle.MOST_BYTES + 1];

    assertThatThrownBy(() -> Bundle.read(huge, KEYS)).hasMessage("is larger than 8MiB");
  }

  // ---- What somebody with the key may do wrong

  /** A bundle with a valid signature over any content. */
  private static byte[] signed(String manifest, String files) {
    byte[] first = "weir-bundle 1\n".getBytes(UTF_8);
    byte[] rest = (manifest + "\n" + files).getBytes(ISO_8859_1);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(first);
    content.writeBytes(rest);
    byte[] signature = BundleKeys.sign(PAIR.getPrivate(), content.toByteArray());
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    bundle.writeBytes(first);
    bundle.writeBytes(
        ("signature " + Base64.getEncoder().encodeToString(signature) + "\n").getBytes(UTF_8));
    bundle.writeBytes(rest);
    return bundle.toByteArray();
  }

  private static String manifest(String files) {
    return "{\"version\":1,\"time\":\"2026-03-01T06:00:00Z\",\"gateways\":[\"a\"],"
        + "\"main\":\"m\",\"files\":["
        + files
        + "]}";
  }

  private static String file(String name, String content) {
    return "{\"name\":\"%s\",\"bytes\":%d,\"sha256\":\"%s\"}"
        .formatted(name, content.length(), Bundle.sha256(content.getBytes(ISO_8859_1)));
  }

  private static Throwable refusal(String manifest, String files) {
    return catchThrowable(() -> Bundle.read(signed(manifest, files), KEYS));
  }

  @Test
  void theSignatureOfTheseTestsIsRight() throws Exception {
    assertThat(Bundle.read(signed(manifest(file("m", "x")), "x"), KEYS).version()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../m",
        "/m",
        "a/../m",
        "a//m",
        "a/",
        ".git/config",
        "a\\\\m",
        "C:m",
        "a/.m",
        "m.",
        "",
        "~/m",
        "a b",
        "m\\u0000",
        "CON/\\u202e"
      })
  void aNameThatLeavesTheFolderOrMeansSomethingElsewhereIsRefused(String name) {
    assertThat(refusal(manifest(file("m", "x") + "," + file(name, "y")), "xy"))
        .hasMessageContaining("names are of letters, digits");
  }

  @Test
  void twoFilesOfOnePlaceAreRefused() {
    assertThat(refusal(manifest(file("m", "x") + "," + file("M", "y")), "xy"))
        .hasMessageContaining("two files of one name");
    assertThat(refusal(manifest(file("m", "x") + "," + file("m/n", "y")), "xy"))
        .hasMessageContaining("as a file and as a folder");
  }

  @Test
  void aFileOfAnotherLengthOrContentIsRefused() {
    assertThat(refusal(manifest(file("m", "xxx")), "x")).hasMessageContaining("ends before");
    assertThat(refusal(manifest(file("m", "x")), "xx")).hasMessageContaining("goes on behind");
    assertThat(refusal(manifest(file("m", "x")), "y")).hasMessageContaining("another sha256");
    assertThat(refusal(manifest("{\"name\":\"m\",\"bytes\":9223372036854775807}"), "x"))
        .hasMessageContaining("ends before");
    assertThat(refusal(manifest("{\"name\":\"m\",\"bytes\":-1}"), "x"))
        .hasMessageContaining("ends before");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "", "{", "{\"a\":1,\"a\":2}", "{} {}", "{\"version\":1.5}"})
  void aManifestThatIsNoneIsRefused(String manifest) {
    assertThat(refusal(manifest, "")).isInstanceOf(BundleException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "\"12\"", "9007199254740993", "1e3", "null"})
  void aVersionThatIsNoneIsRefused(String version) {
    String manifest = manifest(file("m", "x")).replace("\"version\":1", "\"version\":" + version);
    assertThat(refusal(manifest, "x"))
        .hasMessageContaining("has a version that is no whole number");
  }

  @Test
  void aDeepManifestIsRefusedAndOverflowsNoStack() {
    assertThat(refusal("[".repeat(100_000), "")).isInstanceOf(BundleException.class);
  }

  @Test
  void whatCouldNotBeReadIsNotMade() {
    Map<String, byte[]> files = Map.of("../gateway.yaml", new byte[1]);
    assertThatThrownBy(() -> bundle(1, files)).isInstanceOf(BundleException.class);
    assertThatThrownBy(() -> bundle(0, Map.of("gateway.yaml", new byte[1])))
        .isInstanceOf(BundleException.class);
    assertThatThrownBy(() -> bundle(1, Map.of("gateway.yaml", new byte[Bundle.MOST_BYTES])))
        .isInstanceOf(BundleException.class);
  }
}
