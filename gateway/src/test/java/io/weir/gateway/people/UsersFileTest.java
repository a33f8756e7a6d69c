package io.weir.gateway.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.http.Role;
import io.weir.gateway.passwords.Passwords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersFileTest {

  private static final String HASH = Passwords.hash("correct horse");

  @TempDir Path folder;

  private Path path() {
    return folder.resolve("users.yaml");
  }

  private Users read(String text) throws IOException {
    Files.writeString(path(), text);
    return new UsersFile(path()).read();
  }

  @Test
  void whatIsWrittenIsReadAndOnlyTheOwnerCan() throws IOException {
    Users users = Users.NONE.with(new User("李 娜", Role.OPERATOR, HASH));
    Users.Added added = users.withToken("scada", Role.INGEST);
    UsersFile file = new UsersFile(path());
    file.write(added.users());

    assertThat(file.read()).isEqualTo(added.users());
    assertThat(file.read().token(added.secret()).name()).isEqualTo("scada");
    assertThat(file.read().token(added.secret() + "x")).isNull();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
        .isEqualTo("rw-------");
    assertThat(file.isOpen()).isFalse();
    Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(file.isOpen()).isTrue();
    file.write(Users.NONE);
    assertThat(file.isOpen()).as("replaced").isFalse();
    assertThat(Files.list(folder)).as("nothing else is left").hasSize(1);
  }

  @Test
  void aLinkStaysOne() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real")).resolve("users.yaml");
    new UsersFile(real).write(Users.NONE);
    Files.createSymbolicLink(path(), real);
    new UsersFile(path()).write(Users.NONE.with(new User("anna", Role.ADMIN, HASH)));
    assertThat(Files.isSymbolicLink(path())).isTrue();
    assertThat(new UsersFile(real).read().users()).hasSize(1);
  }

  /** Whoever is not root can make files of his own only. */
  @Test
  void aLinkThatTheOwnerOfTheFolderPutsInThePlaceOfANewFileGivesNothingAway() throws IOException {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "x");
    Path made = Files.createSymbolicLink(folder.resolve("made"), elsewhere);
    Path owners = Files.createDirectory(folder.resolve("owners"));
    if (Files.getOwner(owners).getName().equals("root")) {
      Files.setAttribute(owners, "unix:uid", 10_001);
    }
    UsersFile.give(made, owners);
    assertThat(Files.getOwner(made, LinkOption.NOFOLLOW_LINKS)).isEqualTo(Files.getOwner(owners));
    assertThat(Files.getOwner(elsewhere)).isEqualTo(Files.getOwner(folder));
  }

  @Test
  void withoutAFileThereIsNobodyAndSoWithAnEmptyOne() throws IOException {
    assertThat(new UsersFile(path()).read()).isEqualTo(Users.NONE);
    assertThat(read("")).isEqualTo(Users.NONE);
    assertThat(read("# nobody\n")).isEqualTo(Users.NONE);
    assertThat(read("users: []\n")).isEqualTo(Users.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "users: [ { name: anna, role: king, password: HASH } ]      | the role of anna must be one of",
        "users: [ { name: anna, role: ingest, password: HASH } ]    | is for tokens",
        "users: [ { name: anna, role: stranger, password: HASH } ]  | must be one of",
        "users: [ { name: anna, role: admin, password: plain } ]    | is no hash",
        "users: [ { name: anna, role: admin, password: SLOW } ]     | is no hash",
        "users: [ { name: '', role: admin, password: HASH } ]       | a name has letters",
        "users: [ { nam: anna } ]                                   | line 1",
        "users: [                                                   | line",
        "tokens: [ { name: a, role: admin, sha256: x } ]            | 64 hexadecimal digits",
      })
  void aMistakeIsNamed(String text, String problem) {
    String slow = HASH.replaceFirst("\\$2a\\$..", "\\$2a\\$31");
    assertThatThrownBy(() -> read(text.replace("HASH", HASH).replace("SLOW", slow)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(path().toString())
        .hasMessageContaining(problem);
  }

  @Test
  void aNameThatIsThereTwiceIsNamed() {
    String one = "{ name: anna, role: admin, password: " + HASH + " }";
    assertThatThrownBy(() -> read("users: [ " + one + ", " + one + " ]"))
        .hasMessageContaining("the name anna is there twice");
  }

  @Test
  void aPasswordIsTheSameHoweverItsLettersAreComposed() {
    String hash = Passwords.hash("gr\u00fcne Wiese");
    assertThat(Passwords.matches("gru\u0308ne Wiese", hash)).isTrue();
    assertThat(Passwords.matches("grune Wiese", hash)).isFalse();
    assertThat(Passwords.matches("x".repeat(100), Passwords.hash("x".repeat(72)))).isFalse();
  }
}
